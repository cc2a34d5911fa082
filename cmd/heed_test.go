package cmd

import (
	"os"
	"os/signal"
	"syscall"
)

// ignoredAtStart tells what nohup, or a shell that started the tests in the
// background, has made this process ignore.
var ignoredAtStart = map[os.Signal]bool{
	syscall.SIGHUP: signal.Ignored(syscall.SIGHUP),
	syscall.SIGINT: signal.Ignored(syscall.SIGINT),
}

// heed ends that a signal is ignored in this process; [signal.Reset] does not.
// What was ignored from the start is caught for good: given back, it would be
// ignored again. Nothing is done where nothing is ignored: a signal that came
// between Notify and Stop would be heeded by nobody.
func heed(s os.Signal) {
	if !signal.Ignored(s) {
		return
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, s)
	if !ignoredAtStart[s] {
		signal.Stop(c)
	}
}
