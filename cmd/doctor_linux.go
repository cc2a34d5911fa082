package cmd

import "syscall"

// fileSystems are the magic numbers of statfs(2) for the kinds that [doubtful]
// knows.
var fileSystems = map[uint32]string{
	0x6969: "nfs", 0x517b: "smb", 0xff534d42: "cifs", 0xfe534d42: "cifs", 0x5346414f: "afs", 0x6b414653: "afs",
	0x73757245: "coda", 0x00c36400: "ceph", 0x01021997: "9p", 0x0bd00bd0: "lustre", 0x65735546: "fuse",
	0x01021994: "tmpfs", 0x858458f6: "ramfs", 0x794c7630: "overlay",
}

// diskOf looks at the file system of a folder.
func diskOf(path string) (volume, bool, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(path, &st); err != nil {
		return volume{}, false, err
	}
	kind := fileSystems[uint32(st.Type)]
	readOnly := st.Flags&1 != 0                                                            // ST_RDONLY
	return volume{int64(st.Bavail) * int64(st.Bsize), readOnly, doubtful(kind)}, true, nil //nolint:unconvert // differs by system
}
