//go:build !linux && !darwin

package cmd

// diskOf cannot tell here.
func diskOf(string) (volume, bool, error) { return volume{}, false, nil }
