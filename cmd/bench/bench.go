//go:build bench && linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// errVerdict is the end of a run that measured what should not be.
var errVerdict = errors.New("events were lost or doubled, or a target was missed")

// bench is one run of all measurements.
type bench struct {
	settings

	dir, self, wnotify string
	env                []string
	logging            string // the version of syslog-ng; "": it is not there
	sink               *remote
	rows               []row
	syncs              []syncs
	notes              []string
	broken             bool // wnotify lost or doubled an event, or failed
}

// measureAll runs the tests that are wanted and prints the table.
func measureAll(ctx context.Context, s settings) (err error) {
	b := &bench{settings: s}
	if b.self, err = os.Executable(); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp(s.dir, "wnotify-bench-"); err != nil {
		return err
	}
	if b.dir, err = filepath.Abs(b.dir); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := b.build(ctx); err != nil {
		return err
	}
	if b.sink, err = startSink(ctx, b.self, b.dir); err != nil {
		return err
	}
	b.environment()
	b.logging = syslogVersion(ctx)
	for _, t := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"T1", b.one},
		{"T2", b.ten},
		{"T3", b.tls},
		{"T4", b.start},
		{"T5", b.durable},
		{"T6", b.backlog},
		{"T7", b.growth},
		{"T7", b.integrations},
		{"T7", b.triggers},
		{"T8", b.down},
		{"syncs", b.countSyncs},
	} {
		if !b.wants(t.name) {
			continue
		}
		fmt.Fprintln(os.Stderr, "measuring", t.name)
		if err := t.run(ctx); err != nil {
			return fmt.Errorf("%s could not be measured: %w", t.name, err)
		}
	}
	b.print(os.Stdout)
	if b.broken || b.check && b.missed() > 0 {
		return errVerdict
	}
	return nil
}

// feed is the command that writes n events; a file of them is made once, but for
// more than T1 has.
func (b *bench) feed(n int) []string {
	if n > b.settings.events {
		return []string{b.self, "events", strconv.Itoa(n)}
	}
	return []string{"cat", b.file(n)}
}

// file names a file of n events; events makes it.
func (b *bench) file(n int) string {
	return filepath.Join(b.dir, fmt.Sprintf("%d.ndjson", n))
}

// prepare makes the file of n events.
func (b *bench) prepare(n int) error {
	if _, err := os.Stat(b.file(n)); n > b.settings.events || err == nil {
		return nil
	}
	f, err := os.Create(b.file(n))
	if err != nil {
		return err
	}
	return errors.Join(writeEvents(f, n), f.Close())
}

// contender makes a contestant ready for its next run.
type contender func(context.Context) (contestant, error)

// interleave runs contestants in turn, as often as there are rounds, and returns
// the samples of each. Each begins without a state, unless it makes one.
func (b *bench) interleave(ctx context.Context, contenders ...contender) ([][]sample, error) {
	all := make([][]sample, len(contenders))
	for range b.rounds {
		for i, ready := range contenders {
			if err := b.forget(); err != nil {
				return nil, err
			}
			c, err := ready(ctx)
			if err != nil {
				return nil, err
			}
			if err := b.prepare(c.events); err != nil {
				return nil, err
			}
			s, err := b.measure(ctx, c)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], s)
		}
	}
	return all, nil
}

// sending is wnotify with n events for each of some addresses.
func (b *bench) sending(n int, addresses ...string) contender {
	return func(context.Context) (contestant, error) {
		return b.send(n, len(addresses)), b.configure(addresses, "")
	}
}
