//go:build unix

package config

import "io/fs"

// guarded reports whether the mode of a file says who can use it. That of a
// pipe or a device does not matter: nothing stays in it.
func guarded(info fs.FileInfo) bool { return info.Mode().IsRegular() }
