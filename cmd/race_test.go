package cmd

import (
	"os"
	"runtime/debug"
	"slices"
	"strings"
)

// raceDetector says whether this program was built with -race.
func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// goRace is the variable GORACE of the programs that tests start. One that was
// built with -race stays for a second when it has ended, for what its goroutines
// might still do; they start and end a thousand times here, and the program that
// users have is gone by then.
func goRace() string { return strings.TrimSpace(os.Getenv("GORACE") + " atexit_sleep_ms=10") }
