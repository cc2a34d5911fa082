//go:build !linux

package bolt

import "os"

func allocate(*os.File, int64) (bool, error) { return false, nil }
