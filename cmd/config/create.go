package config

import (
	_ "embed"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

//go:embed starter.toml
var starter []byte

//go:embed schema.json
var schema []byte

// Starter is a configuration to start from: every key with its default and
// what it is for, as comments.
func Starter() []byte { return slices.Clone(starter) }

// Schema is the JSON Schema (draft 7) of the file, for editors. It is plain
// enough for those that know only draft 4.
func Schema() []byte { return slices.Clone(schema) }

// Create writes a new configuration, with mode 0600, in a folder that it makes
// with mode 0700 if need be. A file that is there already is left alone: a
// [*WriteError] that wraps fs.ErrExist.
func Create(path string, src []byte) error {
	if _, err := os.Lstat(path); err == nil {
		return &WriteError{path, "", fs.ErrExist}
	}
	err := makeFolder(filepath.Dir(path))
	if err == nil {
		err = replace(path, src, nil)
	}
	if errors.Is(err, errChanged) {
		err = fs.ErrExist
	}
	if err != nil {
		return &WriteError{path, string(src), err}
	}
	return nil
}
