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
// It is caught for good: given back, it would be ignored again, and so by every
// program that a test starts. Nothing is done where nothing is ignored: what
// comes before somebody else asks for the signal is heeded by nobody.
func heed(s os.Signal) {
	if signal.Ignored(s) {
		signal.Notify(make(chan os.Signal, 1), s)
	}
}
