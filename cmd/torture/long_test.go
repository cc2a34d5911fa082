//go:build torture

package torture

// exhaustive: every point, not a sample.
const exhaustive = true
