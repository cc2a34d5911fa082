//go:build !linux

package cmd

// platformVerbs: pseudo-terminals are opened as Linux does it only.
func platformVerbs() map[string]verb { return nil }
