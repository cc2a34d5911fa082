//go:build unix

package collectors

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// passing are the collectors that send on to others.
func passing() []kind {
	return slices.DeleteFunc(kinds(), func(k kind) bool { return k.typ == "webhook" })
}

// play starts a collector with one of the examples and adds the integration.
func (k kind) play(d *desk, example, next string, settings ...string) (*server, bool) {
	d.Helper()
	s := newServer(d, k.command(d.T), "json-array", false)
	s.env = append(s.env, "COLLECTOR_EXAMPLE="+example, "COLLECTOR_NEXT="+next, "SPLUNK_HEC_TOKEN=token", "DD_API_KEY=token")
	s.integration(k, "siem", false, settings...)
	return s, s.startUnless("Unknown output plugin", "Couldn't find any output plugin")
}

// onward runs a test for each example, with what it needs to know of it, on each
// of the collectors that send on.
func onward(t *testing.T, examples map[string]string, test func(d *desk, k kind, example, about string)) {
	for _, k := range passing() {
		for example, about := range examples {
			t.Run(k.name+"/"+example, func(t *testing.T) {
				k.command(t)
				t.Parallel()
				test(newDesk(t), k, example, about)
			})
		}
	}
}

// TestOnToSplunkAndDatadog runs the examples that send on over HTTP.
func TestOnToSplunkAndDatadog(t *testing.T) {
	onward(t, map[string]string{"splunk": "Authorization: Splunk token", "datadog": "Dd-Api-Key: token"},
		func(d *desk, k kind, example, header string) {
			target, err := receiver.New(receiver.Options{})
			d.must(err)
			defer target.Close()
			if _, ok := k.play(d, example, target.Addr()); !ok {
				d.Skip("skipped: a plugin is not installed")
			}
			sent := d.samples()
			d.wnotify(joined(sent), "send", "--wait", "60s")
			d.patiently("the events to arrive", func() bool { return len(target.Events()) >= len(sent) })
			var got []string
			for _, line := range kept(target) {
				var wrapped struct {
					Event json.RawMessage `json:"event"`
				}
				if d.must(json.Unmarshal([]byte(line), &wrapped)); k.name == "fluentd" && example == "splunk" {
					line = string(wrapped.Event)
				}
				got = append(got, line)
			}
			once(d, k.name+", "+example, got, sent)
			name, value, _ := strings.Cut(header, ": ")
			if have := target.Requests()[0].Header.Get(name); have != value {
				d.Errorf("%s: %q", name, have)
			}
		})
}

// TestOnToSyslog runs the examples that send on as syslog.
func TestOnToSyslog(t *testing.T) {
	onward(t, map[string]string{"qradar": "tcp", "arcsight": "udp"}, func(d *desk, k kind, example, network string) {
		sink := newSink(d, network)
		if _, ok := k.play(d, example, sink.address); !ok {
			d.Skip("skipped: a plugin is not installed")
		}
		sent := numbered(0, 20)
		d.wnotify(joined(sent), "send", "--wait", "60s")
		d.patiently("the records to arrive", func() bool { return strings.Count(sink.text(), `"number":`) >= len(sent) })
		for i := range sent {
			if n := len(regexp.MustCompile(fmt.Sprintf(`"number":%d\D`, i)).FindAllString(sink.text(), -1)); n != 1 {
				d.Errorf("event %d arrived %d times", i, n)
			}
		}
		if !strings.HasPrefix(sink.text(), "<") || !strings.Contains(sink.text(), "wallarm") {
			d.Errorf("that is no syslog: %.200s", sink.text())
		}
	})
}

// sink is a syslog server: it keeps every byte.
type sink struct {
	address string

	mu  sync.Mutex
	all strings.Builder
}

func (s *sink) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(p)
}

func newSink(d *desk, network string) *sink {
	d.Helper()
	s := &sink{}
	if network == "udp" {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		d.must(err)
		d.Cleanup(func() { c.Close() })
		s.address = c.LocalAddr().String()
		go func() {
			p := make([]byte, 1<<16)
			for {
				n, _, err := c.ReadFrom(p)
				if err != nil {
					return
				}
				s.Write(append(p[:n:n], '\n'))
			}
		}()
		return s
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	d.must(err)
	d.Cleanup(func() { l.Close() })
	s.address = l.Addr().String()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(s, c)
			}()
		}
	}()
	return s
}
