//go:build unix

package cmd

import (
	"io/fs"
	"syscall"
)

// ownerOf is the user a file belongs to; false where modes and owners do not
// say who can use it.
func ownerOf(info fs.FileInfo) (uid int, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}
