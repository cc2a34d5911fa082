//go:build unix

package cmd

import (
	"io/fs"
	"syscall"
)

// becomePrivate makes everything we create readable by its owner only.
func becomePrivate() { syscall.Umask(0o077) }

// inode tells apart files that replaced each other.
func inode(info fs.FileInfo) any {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return [2]uint64{uint64(st.Dev), st.Ino} //nolint:unconvert // Dev is signed on other systems
}
