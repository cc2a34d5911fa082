package cmd

import "runtime/debug"

// What is in use is some 20 MiB, whatever the size of the input, and most of
// what becomes garbage are pages that bbolt writes: the heap may grow to three
// times that rather than twice, which saves a run 2 to 4 % of its CPU. What the
// garbage collector then tries to keep the heap below holds for the few runs
// with more; with the pages of the queue that are mapped (32 MiB at most) a run
// stays under 150 MiB.
const (
	garbage     = 200      // percent of what is in use
	memoryLimit = 80 << 20 // bytes
)

// limitMemory sets both, unless the environment has limits of its own.
func limitMemory(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(garbage)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
