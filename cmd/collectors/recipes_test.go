//go:build unix

package collectors

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// recipe is a command line of `wnotify help recipes`, and what the test puts in
// the place of what it cannot have.
type recipe struct {
	begins string            // its first words
	source map[string]string // programs, as shell scripts: the pipe behind them is what is tested
	file   string            // a path in it, made to lead to a file with the events
	other  bool              // the events are another program's
	lasts  bool              // it does not end by itself
}

// stream hands the events over and stays, as one that follows does. Each checks
// that it is asked for what the recipe means.
const (
	stream   = "cat events.ndjson; exec sleep 600"
	messages = `test "$1" = --queue=wallarm || exit 64; shift
printf broken | "$@" || exit 1 # forgotten as well, since it is kept as a reject
while read -r line; do printf '%s' "$line" | "$@" || exit 1; done <events.ndjson`
)

func recipes() []recipe {
	return []recipe{
		{begins: "jq -c '.events[]' export.json"},
		{begins: "wnotify send --follow /var/log/wallarm", file: "/var/log/wallarm/events.ndjson", lasts: true},
		{begins: "tail -F /var/log/wallarm", file: "/var/log/wallarm/events.ndjson", lasts: true},
		{begins: "* * * * *  wnotify enqueue", file: "/var/spool/wallarm/events.ndjson"},
		{begins: "wnotify enqueue events.ndjson &&"},
		{begins: "wnotify send --follow --as", file: "/var/log/nginx/attacks.json", other: true, lasts: true},
		{begins: "kubectl logs", source: map[string]string{"kubectl": "test \"$1\" = logs || exit 64; echo starting; " + stream}, other: true, lasts: true},
		{begins: "journalctl", source: map[string]string{"journalctl": stream}, lasts: true},
		{begins: "amqp-consume", source: map[string]string{"amqp-consume": messages}},
		{begins: "kcat", source: map[string]string{"kcat": stream}, lasts: true},
		{begins: "nats", source: map[string]string{"nats": stream}, lasts: true},
	}
}

// lines are the command lines of the page; one that ends with | goes on.
func commandLines(page string) []string {
	page = regexp.MustCompile(`\|\n +`).ReplaceAllString(page, "| ")
	var list []string
	for line := range strings.Lines(page) {
		if command, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "  "); ok {
			list = append(list, command)
		}
	}
	return list
}

// TestRecipesWork runs the very text of the recipes: the events arrive, once and
// in order.
func TestRecipesWork(t *testing.T) {
	page := newDesk(t).wnotify("", "help", "recipes")
	for _, r := range recipes() {
		t.Run(r.begins, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(commandLines(page), func(l string) bool { return strings.HasPrefix(l, r.begins) })
			if i < 0 {
				t.Fatal("the page has no such recipe")
			}
			r.run(t, commandLines(page)[i])
		})
	}
}

func (r recipe) run(t *testing.T, line string) {
	t.Helper()
	d := newDesk(t)
	sent := numbered(0, 20)
	if r.other {
		sent = []string{`{"time":"2026-11-21T12:00:00Z","attack":"sqli","status":403}`, `{"time":"2026-11-21T12:00:01Z","attack":"xss","status":200}`}
	}
	d.write("events.ndjson", []byte(joined(sent)))
	d.write("export.json", []byte(`{"events":[`+strings.Join(sent, ",\n")+`]}`))
	for name, script := range r.source {
		d.must(os.WriteFile(d.path("bin/"+name), []byte("#!/bin/sh\n"+script+"\n"), 0o700))
	}
	for _, tool := range []string{"jq", "tail", "grep"} {
		if _, err := exec.LookPath(tool); err != nil && strings.Contains(line, tool+" ") {
			t.Skipf("skipped: there is no %s", tool)
		}
	}
	to := d.imitate("siem", "webhook", nil)
	line = strings.TrimPrefix(line, "* * * * *  ")
	if r.file != "" {
		line = strings.ReplaceAll(line, r.file, d.path("events.ndjson"))
	}
	c := d.program("sh", "-c", line)
	if strings.Contains(line, "tail -F") {
		c = d.program("sh", "-c", strings.Replace(line, "tail -F", "tail -n +1 -F", 1)) // what is there already is new to it
	}
	var said strings.Builder
	c.Stdout, c.Stderr = &said, &said
	d.must(c.Start())
	if !r.lasts {
		if err := c.Wait(); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, said.String())
		}
		d.wnotify("", "flush", "--require-delivery")
	}
	d.patiently("the events to arrive", func() bool { return len(to.Events()) >= len(sent) })
	if r.lasts {
		d.must(syscall.Kill(-c.Process.Pid, syscall.SIGTERM))
		_ = c.Wait() // it was stopped
	}
	r.arrived(d, to, sent)
}

// arrived compares what a recipe delivered with what it was given.
func (r recipe) arrived(d *desk, to *receiver.Receiver, sent []string) {
	d.Helper()
	got := kept(to)
	if !r.other {
		if !slices.Equal(got, sent) {
			d.Errorf("%d events arrived, %d were there, or others", len(got), len(sent))
		}
		return
	}
	for i, line := range got {
		if len(got) != len(sent) || !strings.Contains(line, `"notification_type":"waf_attack"`) || !strings.Contains(line, strings.Trim(sent[i], "{}")) {
			d.Errorf("event %d of %d: %s", i, len(got), line)
		}
	}
}
