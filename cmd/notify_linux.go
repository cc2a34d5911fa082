package cmd

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// reloading says that the configuration is being read again. systemd wants to
// know when that began, by the clock that never jumps (Type=notify-reload).
func reloading() string {
	var now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) != nil {
		return "RELOADING=1"
	}
	return fmt.Sprintf("RELOADING=1\nMONOTONIC_USEC=%d", time.Duration(now.Nano()).Microseconds())
}
