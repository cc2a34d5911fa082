package cmd

import "io/fs"

// becomePrivate does nothing: Windows has no umask.
func becomePrivate() {}

// ownerOf knows no owner: Windows has no user numbers.
func ownerOf(fs.FileInfo) (uid int, known bool) { return 0, false }

// inode tells nothing apart: size and time must do.
func inode(fs.FileInfo) any { return nil }
