//go:build bench && linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
)

// pause is between events that come one by one.
const pause = 5 * time.Millisecond

// durable is T5: 64 processes at once, and events that come one by one.
func (b *bench) durable(ctx context.Context) error {
	const at = 64
	var walls, ours, bare, syncs []float64
	for range b.rounds {
		if err := b.configure(urls(b.sink.Plain, 1), ""); err != nil {
			return err
		}
		wall, err := b.crowd(ctx, at)
		if err != nil {
			return err
		}
		walls = append(walls, wall.Seconds())
		if err := b.expectQueued(ctx, "T5", at); err != nil {
			return err
		}
		if err := b.forget(); err != nil {
			return err
		}
		before, err := b.fdatasync(ctx)
		if err != nil {
			return err
		}
		for _, to := range []struct {
			figures *[]float64
			argv    []string
		}{{&ours, []string{b.wnotify, "send"}}, {&bare, []string{b.self, "bare", "-each", b.sink.Plain + "/0"}}} {
			ms, err := b.trickle(ctx, contestant{name: "one by one", argv: to.argv, paths: 1, events: 300, ours: true})
			if err != nil {
				return err
			}
			*to.figures = append(*to.figures, ms)
		}
		after, err := b.fdatasync(ctx)
		if err != nil {
			return err
		}
		syncs = append(syncs, median(append(before, after...)))
	}
	var cost []float64
	for i := range ours {
		cost = append(cost, ours[i]-bare[i])
	}
	b.within("T5", fmt.Sprint(at, " enqueue at once, s until all are gone"), "s", walls, most(2))
	b.compare("T5", "an event every 5 ms: ms to keep it, before it is sent", "fdatasync, p50", cost, syncs, most(3))
	return nil
}

// crowd enqueues one event with each of n processes at once.
func (b *bench) crowd(ctx context.Context, n int) (time.Duration, error) {
	if err := b.prepare(1); err != nil {
		return 0, err
	}
	begun := time.Now()
	failures := make(chan error, n)
	var all sync.WaitGroup
	for range n {
		f, err := os.Open(b.file(1))
		if err != nil {
			return 0, err
		}
		c := exec.CommandContext(ctx, b.wnotify, "enqueue")
		c.Stdin, c.Env = f, b.env
		all.Go(func() {
			defer f.Close()
			if out, err := c.CombinedOutput(); err != nil {
				failures <- fmt.Errorf("one of %d enqueue: %w: %s", n, err, out)
			}
		})
	}
	all.Wait()
	close(failures)
	return time.Since(begun), <-failures
}

// trickle writes an event every 5 ms, so that each is alone, and returns the
// median of the ms from there to its arrival at the sink.
func (b *bench) trickle(ctx context.Context, c contestant) (float64, error) {
	if err := b.sink.reset(ctx, c.paths, c.events); err != nil {
		return 0, err
	}
	command := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	command.Env = b.env
	in, err := command.StdinPipe()
	if err != nil {
		return 0, err
	}
	if err := command.Start(); err != nil {
		return 0, err
	}
	written, pace := make([]int64, 0, c.events), time.NewTicker(pause)
	defer pace.Stop()
	lines := writerFunc(func(line []byte) (int, error) {
		<-pace.C
		written = append(written, time.Now().UnixNano())
		return in.Write(line)
	})
	if err := writeEach(lines, c.events); err != nil {
		return 0, err
	}
	failed := joinClose(in, command)
	got, err := b.sink.stats(ctx)
	if err != nil {
		return 0, err
	}
	b.judge(c, got, failed, "")
	var waits []float64
	for i, at := range got.Arrivals {
		if at > 0 {
			waits = append(waits, float64(at-written[i])/1e6)
		}
	}
	return median(waits), nil
}

func joinClose(in io.Closer, c *exec.Cmd) error {
	in.Close()
	return c.Wait()
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
