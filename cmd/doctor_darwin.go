package cmd

import (
	"bytes"
	"syscall"
)

// diskOf looks at the file system of a folder.
func diskOf(path string) (volume, bool, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return volume{}, false, err
	}
	var name []byte
	for _, c := range st.Fstypename {
		name = append(name, byte(c))
	}
	kind, _, _ := bytes.Cut(name, []byte{0})
	readOnly := st.Flags&1 != 0 // MNT_RDONLY
	return volume{int64(st.Bavail) * int64(st.Bsize), readOnly, doubtful(string(kind))}, true, nil
}
