//go:build !torture && unix

package torture

// exhaustive: every point, not a sample.
const exhaustive = false
