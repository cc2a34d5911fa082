package intake

import "strconv"

// identity is what a file keeps when it is renamed.
type identity struct{ device, inode uint64 }

// String is the identity as a key: "device-inode".
func (id identity) String() string {
	return strconv.FormatUint(id.device, 10) + "-" + strconv.FormatUint(id.inode, 10)
}
