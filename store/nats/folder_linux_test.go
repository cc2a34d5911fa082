package nats_test

import (
	"os"
	"syscall"
	"testing"
)

// inMemory is the file system in memory, and folderNeeds what has to be free
// there, in bytes: containers may have next to nothing.
const (
	inMemory    = "/dev/shm"
	folderNeeds = 1 << 30
)

// folder is where the servers of a test keep their streams. These tests stop
// servers and cut wires, but no power, so they need not wait for a disk.
func folder(t testing.TB) string {
	t.Helper()
	var free syscall.Statfs_t
	if err := syscall.Statfs(inMemory, &free); err != nil || free.Bavail*uint64(free.Bsize) < folderNeeds {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp(inMemory, "wnotify-") //nolint:usetesting // it is to be in memory
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
