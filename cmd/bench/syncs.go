//go:build bench && linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// syncs is how often a program asked the disk to keep what it was given.
type syncs struct {
	what          string
	events, calls int
}

// countSyncs traces runs of their own, which strace slows down: by the clock
// there are other numbers of events in a commit than without it.
func (b *bench) countSyncs(ctx context.Context) error {
	if !has("strace") {
		fmt.Fprintln(os.Stderr, "syncs are not counted: apt-get install strace")
		return nil
	}
	n := b.events / 10
	here, ten := urls(b.sink.Plain, 1), urls(b.sink.Plain, 10)
	enqueue := contestant{argv: []string{b.wnotify, "enqueue"}, feed: b.feed(n), ours: true}
	lone := contestant{argv: []string{b.wnotify, "send"}, file: b.file(1), paths: 1, events: 1, ours: true}
	drain := contestant{argv: []string{b.wnotify, "flush", "--wait", "drain"}, paths: 1, events: n, ours: true}
	for _, run := range []struct {
		what      string
		of        int
		c         contestant
		addresses []string // the configuration before it; nil leaves the state alone
	}{
		{"send, one collector", n, b.send(n, 1), here},
		{"send, ten collectors", n, b.send(n, 10), ten},
		{"send, collector down", n, contestant{argv: []string{b.wnotify, "send", "--wait", "0"}, feed: b.feed(n), ours: true}, []string{"http://127.0.0.1:1/0"}},
		{"enqueue", n, enqueue, here},
		{"flush of these", n, drain, nil},
		{"send, one event, the first ever", 1, lone, here},
		{"send, one event", 1, lone, nil},
	} {
		if run.addresses != nil {
			if err := b.configure(run.addresses, ""); err != nil {
				return err
			}
		}
		if err := b.trace(ctx, run.what, run.of, run.c); err != nil {
			return err
		}
	}
	if b.logging == "" {
		return nil
	}
	peer, err := b.syslog(n, 1, true)
	if err != nil {
		return err
	}
	return b.trace(ctx, peer.name, n, peer)
}

// trace runs a contestant under strace, and adds what it counted.
func (b *bench) trace(ctx context.Context, what string, events int, c contestant) error {
	for _, size := range []int{1, b.events / 10} {
		if err := b.prepare(size); err != nil {
			return err
		}
	}
	out := filepath.Join(b.dir, "strace")
	c.name = what + ", traced"
	c.argv = append([]string{"strace", "-f", "-c", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", out}, c.argv...)
	if _, err := b.measure(ctx, c); err != nil {
		return err
	}
	calls, err := countCalls(out)
	b.syncs = append(b.syncs, syncs{what: what, events: events, calls: calls})
	return err
}

// countCalls adds the calls in a summary of strace, whose lines are: percent,
// seconds, µs by call, calls, perhaps errors, name.
func countCalls(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	calls := 0
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) >= 5 && strings.HasSuffix(words[len(words)-1], "sync") {
			n, err := strconv.Atoi(words[3])
			if err != nil {
				return 0, err
			}
			calls += n
		}
	}
	return calls, lines.Err()
}
