// Package config is the TOML file: it reads it strictly, says everything that
// is wrong with it at once, with line and column, and changes only the bytes
// that a command asked to change.
//
// It refuses to read what the file names: CA files, keys and secrets stay
// closed until somebody asks for [CheckFiles]. It refuses to edit a file that
// it cannot read completely, it never rewrites what it did not have to touch,
// and no value that may be a secret gets into the text of a problem.
//
// It is the only home of go-toml. That library's unstable parser gives the
// places of keys and values; its decoder has the last word on what is TOML.
package config
