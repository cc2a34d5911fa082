package collector

import (
	"bufio"
	"io"
	"net"
	"os"
	"runtime"
	"testing"
)

// D27: ten thousand attempts that fail in every way leave no goroutine and no descriptor
// behind.
func TestManyFailuresLeaveNothing(t *testing.T) {
	tr := hostile(t, nil, func(tr *trap, c net.Conn) {
		in := bufio.NewReader(c)
		for tr.read(in) {
			switch n := tr.requests.Load(); n % 4 {
			case 0:
				return
			case 1:
				io.WriteString(c, "HTTP/1.1 503 No\r\nContent-Length: 2\r\n\r\nno")
			case 2:
				io.WriteString(c, "nonsense\r\n\r\n")
				return
			case 3:
				beneath(c).(*net.TCPConn).SetLinger(0)
				return
			}
		}
	})
	c := newClient(t, nil)
	attempts := 0
	run := func() (goroutines, descriptors int) {
		for range 5000 {
			attempts++
			if r := c.Send(t.Context(), tr.endpoint(), request()); r.OK() {
				t.Fatalf("%+v", r)
			}
		}
		return runtime.NumGoroutine(), open()
	}
	g1, d1 := run()
	g2, d2 := run()
	const slack = 5 // the collector's side may not have noticed yet
	if g2 > g1+slack || d2 > d1+slack {
		t.Errorf("goroutines %d, then %d; descriptors %d, then %d", g1, g2, d1, d2)
	}
	if n := int(tr.requests.Load()); n != attempts {
		t.Errorf("%d requests for %d attempts", n, attempts)
	}
}

// open is the number of open descriptors, 0 where that cannot be seen.
func open() int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(entries)
}
