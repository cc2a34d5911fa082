//go:build unix

package collectors

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// lossy stands before a collector and loses the answers of its first
// connections: what the sender says arrives, what it is told does not.
type lossy struct {
	address string
	left    atomic.Int64 // connections that still lose
	cut     atomic.Int64
}

// handshake is more than a client says before its request: the rest of the
// handshake after its first message, without a certificate.
const handshake = 200 // bytes

func newLossy(d *desk, to string, loses int) *lossy {
	d.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	d.must(err)
	p := &lossy{address: l.Addr().String()}
	p.left.Store(int64(loses))
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.carry(c, to) })
		}
	})
	d.Cleanup(func() {
		l.Close()
		running.Wait()
	})
	return p
}

// carry carries a connection both ways until one end has enough.
func (p *lossy) carry(c net.Conn, to string) {
	defer c.Close()
	s, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer s.Close()
	loses := p.left.Add(-1) >= 0
	var said atomic.Int64 // by the client, after its first message
	var up sync.WaitGroup
	up.Go(func() {
		buffer := make([]byte, 64<<10)
		for first := true; ; first = false {
			n, err := c.Read(buffer)
			if err != nil {
				s.Close()
				return
			}
			if !first {
				said.Add(int64(n))
			}
			if _, err := s.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
	buffer := make([]byte, 64<<10)
	for {
		n, err := s.Read(buffer)
		if err != nil {
			break
		}
		if loses && said.Load() > handshake {
			p.cut.Add(1)
			break
		}
		if _, err := c.Write(buffer[:n]); err != nil {
			break
		}
	}
	c.Close()
	up.Wait()
}

// TestExactlyOnceForReal loses answers of real collectors that run the example:
// events are stored twice, and the awk of the example drops the repeats.
func TestExactlyOnceForReal(t *testing.T) {
	for _, k := range passing() {
		t.Run(k.name, func(t *testing.T) {
			k.command(t)
			t.Parallel()
			d := newDesk(t)
			conf, err := os.ReadFile(filepath.Join(examples, k.name, "exactly-once.conf"))
			d.must(err)
			recipe := regexp.MustCompile(`(?m)^#   (awk .*) /var/log/\w+/wallarm\.log$`).FindSubmatch(conf)
			s, _ := k.play(d, "exactly-once", "", "--batch-events", "1", "--retry", strings.Repeat("1s ", 16))
			front := newLossy(d, strings.TrimSuffix(strings.TrimPrefix(s.url, "https://"), "/wallarm.events"), 3)
			d.wnotify("", "integration", "set", "siem", "--url", "https://"+front.address+"/wallarm.events")

			sent := numbered(0, 20)
			d.wnotify(joined(sent), "send", "--wait", "drain")
			if front.cut.Load() != 3 {
				t.Fatalf("%d answers were lost", front.cut.Load())
			}
			var once []string
			d.patiently("every event to be written", func() bool {
				out, err := d.program("sh", "-c", string(recipe[1])+` "$1"`, "sh", s.out).Output()
				d.must(err)
				once = strings.Split(strings.TrimSpace(string(out)), "\n")
				return len(once) >= len(sent)
			})
			for i := range once {
				once[i] = recordKept(d, "", once[i])[0]
			}
			var want []string
			for _, e := range sent {
				want = append(want, recordKept(d, "", e)...)
			}
			if !slices.Equal(once, want) || len(s.stored()) <= len(sent) {
				t.Errorf("%d records are stored, %d are left of %d", len(s.stored()), len(once), len(sent))
			}
		})
	}
}
