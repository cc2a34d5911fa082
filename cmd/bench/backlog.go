//go:build bench && linux

package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// backlog is T6: what a queue of a million events costs, which nobody wants to
// pay before they are needed.
func (b *bench) backlog(ctx context.Context) error {
	n := b.events
	status := contestant{name: "wnotify status", argv: []string{b.wnotify, "status"}, ours: true}
	drain := contestant{name: "wnotify flush", argv: []string{b.wnotify, "flush", "--wait", "drain"}, paths: 1, ours: true}
	var small, large looked
	var cpu, direct, sizes []float64
	for range b.rounds {
		if err := b.configure(urls(b.sink.Plain, 1), ""); err != nil {
			return err
		}
		for _, side := range []struct {
			figures *looked
			events  int
		}{{&small, 1}, {&large, n}} {
			if err := b.forget(); err != nil {
				return err
			}
			if err := b.enqueue(ctx, side.events); err != nil {
				return err
			}
			for range 5 {
				s, err := b.measure(ctx, status)
				if err != nil {
					return err
				}
				side.figures.status = append(side.figures.status, s.exited.Seconds()*1000)
			}
			drain.events = side.events
			s, err := b.measure(ctx, drain)
			if err != nil {
				return err
			}
			side.figures.first = append(side.figures.first, s.first.Seconds()*1000)
			if side.events == n {
				cpu = append(cpu, s.perMillion(n))
			}
		}
		size, err := folderSize(b.state())
		if err != nil {
			return err
		}
		sizes = append(sizes, size)
		if err := b.forget(); err != nil {
			return err
		}
		s, err := b.measure(ctx, b.send(n, 1))
		if err != nil {
			return err
		}
		direct = append(direct, s.perMillion(n))
	}
	b.within("T6", "status: ms that the backlog adds", "ms", differences(large.status, small.status), most(10))
	b.within("T6", "flush to the first request: ms that it adds", "ms", differences(large.first, small.first), most(10))
	b.compare("T6", "draining it, CPU s/M", "T1 in the same rounds", cpu, direct, most(1.25))
	b.within("T6", "state folder afterwards, MiB", "MiB", sizes, most(80))
	return nil
}

// looked are the times of looking at a queue, in ms.
type looked struct{ status, first []float64 }

// enqueue puts n events into the queue and checks that they are there.
func (b *bench) enqueue(ctx context.Context, n int) error {
	if err := b.prepare(n); err != nil {
		return err
	}
	_, err := b.measure(ctx, contestant{name: "wnotify enqueue", argv: []string{b.wnotify, "enqueue"}, feed: b.feed(n), ours: true})
	return errors.Join(err, b.expectQueued(ctx, "T6", n))
}

func differences(x, y []float64) []float64 {
	all := make([]float64, len(x))
	for i := range x {
		all[i] = x[i] - y[i]
	}
	return all
}

// folderSize is what the files of a folder hold, in MiB.
func folderSize(dir string) (float64, error) {
	var bytes int64
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := os.Stat(path)
		if err == nil {
			bytes += info.Size()
		}
		return err
	})
	return float64(bytes) / (1 << 20), err
}
