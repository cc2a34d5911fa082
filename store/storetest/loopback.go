package storetest

import (
	"fmt"
	"os"
	"runtime"
	"sync/atomic"
)

var loopbacks atomic.Uint32

// Loopback is an address of this machine that nobody else uses, where there are
// such, and 127.0.0.1 elsewhere: a server that is started again needs the port it
// had, which on 127.0.0.1 any connection may have got meanwhile.
func Loopback() string {
	if runtime.GOOS != "linux" {
		return "127.0.0.1"
	}
	pid, n := os.Getpid(), loopbacks.Add(1)
	return fmt.Sprintf("127.%d.%d.%d", pid>>8&0xff, pid&0xff, 1+n%254)
}
