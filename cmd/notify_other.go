//go:build !linux

package cmd

// reloading says that the configuration is being read again.
func reloading() string { return "RELOADING=1" }
