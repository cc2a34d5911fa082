package cmd

import "runtime/debug"

// memoryLimit is what the garbage collector tries to keep the heap below. What
// is in use is about half of it, whatever the size of the input; with the pages
// of the queue that are mapped (32 MiB and a little) a run stays under 150 MiB.
const memoryLimit = 80 << 20 // bytes

// becomeSmall lets the collector work a little more rather than the heap grow,
// unless the environment has a limit of its own.
func becomeSmall(getenv func(string) string) {
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
