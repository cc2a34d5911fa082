package cmd

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"
)

// manager is the service manager that started us, and wants to know how we
// fare: systemd, or what speaks its protocol (sd_notify(3)). The zero manager
// wants to know nothing.
type manager struct {
	socket   string
	watchdog time.Duration // it takes us for dead without a sign for so long; 0: never
}

// managerOf finds the manager in the environment.
func managerOf(getenv func(string) string, pid int) manager {
	m := manager{socket: getenv("NOTIFY_SOCKET")}
	if m.socket == "" {
		return m
	}
	us, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64)
	whose := getenv("WATCHDOG_PID")
	if err == nil && us > 0 && (whose == "" || whose == strconv.Itoa(pid)) {
		m.watchdog = time.Duration(us) * time.Microsecond
	}
	return m
}

// tell sends a state, as READY=1.
func (m manager) tell(ctx context.Context, state string) error {
	if m.socket == "" {
		return nil
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "unixgram", m.socket) // @ stands for the abstract namespace
	if err == nil {
		_, err = c.Write([]byte(state))
		_ = c.Close() // sent or not, it is over
	}
	if err != nil {
		return fmt.Errorf("cannot tell the service manager %s: %w", state, err)
	}
	return nil
}
