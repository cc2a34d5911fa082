package cmd

import "io/fs"

// ownerOf: access lists decide here.
func ownerOf(fs.FileInfo) (uid int, ok bool) { return 0, false }
