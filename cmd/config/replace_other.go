//go:build !unix

package config

import (
	"io/fs"
	"os"
)

// keepOwner does nothing: a new file inherits its access list from the folder.
func keepOwner(*os.File, fs.FileInfo) error { return nil }

// syncFolder does nothing: the file system orders renames itself.
func syncFolder(string) error { return nil }
