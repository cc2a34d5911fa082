//go:build unix

package cmd

import (
	"io/fs"
	"syscall"
)

// becomePrivate makes everything we create readable by its owner only.
func becomePrivate() { syscall.Umask(0o077) }

// ownerOf returns the user a file belongs to.
func ownerOf(info fs.FileInfo) (uid int, known bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(st.Uid), true
}

// inode tells apart files that replaced each other.
func inode(info fs.FileInfo) any {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	return [2]uint64{uint64(st.Dev), st.Ino} //nolint:unconvert // Dev is signed on other systems
}
