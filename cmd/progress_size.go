package cmd

import (
	"bytes"
	"io"
	"os"
)

// sizeOf is the size of sources in bytes, 0 when that of any is not known or
// says nothing, as of a compressed one.
func (a *app) sizeOf(sources []string) int64 {
	var all int64
	for _, path := range sources {
		var n int64
		if path != "-" {
			n = sizeOfFile(path)
		} else if f, ok := a.env.Stdin.(*os.File); ok {
			n = plainSize(f)
		}
		if n == 0 {
			return 0
		}
		all += n
	}
	return all
}

func sizeOfFile(path string) int64 {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return 0 // opening a pipe would wait
	}
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	return plainSize(f)
}

// plainSize is the size of a regular file that is not compressed.
func plainSize(f interface {
	io.ReaderAt
	Stat() (os.FileInfo, error)
},
) int64 {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return 0
	}
	var head [4]byte
	n, err := f.ReadAt(head[:], 0)
	packed := bytes.HasPrefix(head[:], []byte("\x1f\x8b")) || bytes.HasPrefix(head[:], []byte("\x28\xb5\x2f\xfd"))
	if packed || err != nil || n < len(head) {
		return 0
	}
	return info.Size()
}
