//go:build bench && linux

package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
)

// machine says what was measured on.
func machine(dir string) []string {
	all := []string{
		fmt.Sprintf("%d × %s", runtime.NumCPU(), line("/proc/cpuinfo", "model name")),
		memory(),
		"Linux " + strings.TrimSpace(text("/proc/sys/kernel/osrelease")),
		runtime.Version(),
		"work folder on " + filesystem(dir),
	}
	if load := strings.Fields(text("/proc/loadavg")); len(load) >= 3 {
		all = append(all, "load at the end "+strings.Join(load[:3], " "))
	}
	return all
}

func memory() string {
	var kib int
	if _, err := fmt.Sscan(line("/proc/meminfo", "MemTotal"), &kib); err != nil {
		return "unknown memory"
	}
	return fmt.Sprintf("%d GiB", (kib+1<<19)>>20)
}

func text(path string) string {
	b, _ := os.ReadFile(path) // what is not there is not said
	return string(b)
}

// line is what stands behind a name and a colon.
func line(path, name string) string {
	for l := range strings.Lines(text(path)) {
		if before, after, ok := strings.Cut(l, ":"); ok && strings.TrimSpace(before) == name {
			return strings.TrimSpace(after)
		}
	}
	return "unknown"
}

// filesystem names what a folder lies on; on tmpfs a sync costs nothing, and the
// figures say little.
func filesystem(dir string) string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return "an unknown file system"
	}
	names := map[int64]string{0xef53: "ext4", 0x58465342: "XFS", 0x9123683e: "Btrfs", 0x01021994: "tmpfs (use -dir: a sync costs nothing there)", 0x794c7630: "overlayfs"}
	if name, ok := names[fs.Type]; ok {
		return name
	}
	return fmt.Sprintf("a file system of type %#x", fs.Type)
}
