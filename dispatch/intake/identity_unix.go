//go:build unix

package intake

import (
	"io/fs"
	"syscall"
)

// identify returns the identity of a file; false where files have none.
func identify(info fs.FileInfo) (identity, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return identity{}, false
	}
	return identity{device: uint64(st.Dev), inode: uint64(st.Ino)}, true //nolint:unconvert // the types differ between systems
}
