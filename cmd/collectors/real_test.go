//go:build unix

package collectors

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// kind is a real collector, and what it takes.
type kind struct {
	name     string
	variable string // names the command that starts it
	typ      string // of the integration
	formats  []string
	methods  []string
	codings  []string
	keeps    func(d *desk, format, stored string) []string // events of a line it stored
}

func kinds() []kind {
	both, all := []string{"POST", "PUT"}, []string{"json-array", "ndjson"}
	plain := []string{"none", "gzip"}
	return []kind{
		{"telegraf", "WNOTIFY_TELEGRAF", "webhook", all, both, plain, telegrafKeeps},
		{"fluentd", "WNOTIFY_FLUENTD", "fluentd", all, both, plain, recordKept},
		{"logstash", "WNOTIFY_LOGSTASH", "logstash", all, both, plain, recordKept},
		{"vector", "WNOTIFY_VECTOR", "webhook", all, []string{"POST"}, []string{"none", "gzip", "zstd"}, recordKept},
		{"fluent-bit", "WNOTIFY_FLUENTBIT", "webhook", all[:1], []string{"POST"}, plain, recordKept},
	}
}

// command is how a collector is started; the test is skipped when nobody said.
func (k kind) command(t *testing.T) string {
	t.Helper()
	if c := os.Getenv(k.variable); c != "" {
		return c
	}
	if k.name != "telegraf" {
		t.Skipf("skipped: %s names no command that starts %s (see .ci/collectors)", k.variable, k.name)
	}
	if _, err := exec.LookPath("telegraf"); err == nil {
		return ".ci/collectors serve telegraf"
	}
	path, err := exec.Command("go", "env", "GOPATH").Output()
	if err == nil {
		_, err = os.Stat(filepath.Join(strings.TrimSpace(string(path)), "bin", "telegraf"))
	}
	if err != nil {
		lacking(t, "Telegraf is not installed (.ci/collectors install)")
	}
	return ".ci/collectors serve telegraf"
}

// TestEveryEventIsStored sends every sample event in every way that a collector
// takes, and compares what it wrote event by event.
func TestEveryEventIsStored(t *testing.T) {
	for _, k := range kinds() {
		for _, format := range k.formats {
			for _, mutual := range []bool{false, true} {
				name := k.name + "/" + format
				if mutual {
					name += "/mutual"
				}
				t.Run(name, func(t *testing.T) {
					command := k.command(t)
					t.Parallel()
					d := newDesk(t)
					s := newServer(d, command, format, mutual)
					s.start()
					for _, method := range k.methods {
						for _, coding := range k.codings {
							everyEvent(k, s, format, mutual, method, coding)
						}
					}
					if mutual {
						refusesStrangers(k, s)
					}
				})
			}
		}
	}
}

func everyEvent(k kind, s *server, format string, mutual bool, method, coding string) {
	d := s.d
	d.Helper()
	name := strings.ToLower(method) + "-" + coding
	s.integration(k, name, mutual, "--format", format, "--method", method, "--compression", coding)
	before := len(s.stored())
	sent := d.samples()
	d.wnotify(joined(sent), "send", "-i", name, "--wait", "60s")
	if left := d.wnotify("", "queue", "list", "-i", name, "-o", "json"); !strings.Contains(left, `"items":[]`) {
		d.Fatalf("%s: %s", name, left)
	}
	k.compare(s, format, before, name, sent)
}

// integration adds one that sends to the server.
func (s *server) integration(k kind, name string, mutual bool, settings ...string) {
	args := append([]string{"integration", "add", name, "--type", k.typ, "--url", s.url, "--ca-certificate", s.pki.ca}, settings...)
	if mutual {
		args = append(args, "--client-certificate", s.pki.clientCert, "--client-key", s.pki.clientKey)
	}
	s.d.wnotify("", args...)
}

// compare waits for as many events as were sent and compares them in order.
func (k kind) compare(s *server, format string, before int, name string, sent []string) {
	d := s.d
	d.Helper()
	var kept []string
	d.patiently(name+": every event to be written", func() bool {
		kept = kept[:0]
		for _, line := range s.stored()[before:] {
			kept = append(kept, k.keeps(d, format, line)...)
		}
		return len(kept) >= len(sent)
	})
	if len(kept) != len(sent) {
		d.Errorf("%s: %d events are stored, %d were sent", name, len(kept), len(sent))
	}
	for i, event := range sent {
		if want := k.expected(d, format, event); !reflect.DeepEqual(decoded(d, kept[i]), want) {
			d.Errorf("%s: event %d is stored as\n%s\nand was\n%s", name, i, kept[i], event)
		}
	}
}

// expected is what must be kept of an event.
func (k kind) expected(d *desk, format, event string) map[string]any {
	v := decoded(d, event)
	if k.name == "telegraf" && format == "json-array" {
		flat := map[string]any{}
		flatten(flat, "", v)
		return flat
	}
	return v
}

// recordKept is the event in a record: what it says besides is the collector's.
func recordKept(d *desk, _, stored string) []string {
	v := decoded(d, stored)
	for key := range v {
		if key != "summary" && key != "description" && key != "details" {
			delete(v, key)
		}
	}
	event, err := json.Marshal(v)
	d.must(err)
	return []string{string(event)}
}

// refusesStrangers: without a client certificate nothing is stored, and the test
// of the integration says why.
func refusesStrangers(k kind, s *server) {
	s.integration(k, "stranger", false, "--disabled")
	before := len(s.stored())
	stdout, _, err := s.d.try("", "test", "stranger", "--event", "hits")
	if err == nil || !strings.Contains(stdout, "client_certificate") {
		s.d.Errorf("without a client certificate: %v\n%s", err, stdout)
	}
	if n := len(s.stored()); n != before {
		s.d.Errorf("without a client certificate %d lines were stored", n-before)
	}
}

// TestOutageLosesNothing stops and starts a collector while a pipe is open: what
// comes meanwhile waits, and everything is stored, in order.
func TestOutageLosesNothing(t *testing.T) {
	for _, k := range kinds() {
		t.Run(k.name, func(t *testing.T) {
			command := k.command(t)
			t.Parallel()
			d := newDesk(t)
			s := newServer(d, command, k.formats[0], false)
			s.integration(k, "siem", false, "--retry", strings.Repeat("1s ", 120), "--batch-events", "7")
			before, during, after := numbered(0, 50), numbered(50, 50), numbered(100, 50)

			s.start()
			d.wnotify(joined(before), "send", "--wait", "60s")
			s.stop()
			pipe := d.program(d.path("bin/wnotify"), "send", "--wait", "drain")
			stdin, err := pipe.StdinPipe()
			d.must(err)
			var said bytes.Buffer
			pipe.Stdout, pipe.Stderr = &said, &said
			d.must(pipe.Start())
			d.feed(stdin, during)
			d.patiently("an attempt to fail", func() bool {
				return strings.Contains(d.wnotify("", "status", "-o", "json"), `"state":"waiting"`)
			})
			s.start()
			d.feed(stdin, after)
			d.must(stdin.Close())
			if err := pipe.Wait(); err != nil {
				d.Fatalf("send: %v\n%s", err, said.String())
			}
			var want, kept []string
			for _, event := range slices.Concat(before, during, after) {
				text, err := json.Marshal(k.expected(d, k.formats[0], event))
				d.must(err)
				want = append(want, string(text))
			}
			d.patiently("every event to be written", func() bool {
				kept = kept[:0]
				for _, line := range s.stored() {
					kept = append(kept, k.keeps(d, k.formats[0], line)...)
				}
				kept = unique(kept)
				return len(kept) >= len(want)
			})
			if !slices.Equal(kept, want) {
				t.Errorf("%d events are stored, %d were sent, or in another order:\n%s", len(kept), len(want), strings.Join(kept, "\n"))
			}
		})
	}
}

func (d *desk) feed(to io.Writer, lines []string) {
	d.Helper()
	_, err := io.WriteString(to, joined(lines))
	d.must(err)
}
