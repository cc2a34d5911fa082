//go:build bench && linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// contestant is a program to measure, and what it is given.
type contestant struct {
	name   string
	argv   []string
	feed   []string // a command whose output it reads through a pipe,
	file   string   // or a file it has as stdin
	paths  int      // of the sink that it posts to
	events int      // to each
	stays  bool     // it does not end by itself: it gets SIGTERM when all has arrived
	ours   bool     // it must lose and double nothing, and exit 0
}

// sample is one run of a contestant.
type sample struct {
	cpu       time.Duration // user and system, of the contestant alone
	memory    float64       // MiB, the most that was resident, mapped pages included
	first     time.Duration // from the start to the begin of the first request
	delivered time.Duration // to the end of the last one
	exited    time.Duration
	received  received
}

// perMillion is the CPU of a run in seconds by million deliveries.
func (s sample) perMillion(deliveries int) float64 {
	return s.cpu.Seconds() / float64(deliveries) * 1e6
}

const (
	stall = 15 * time.Second // without an event, and one that stays is told to go
	limit = 10 * time.Minute // for a run
)

// measure runs a contestant once.
func (b *bench) measure(ctx context.Context, c contestant) (sample, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := b.sink.reset(ctx, max(1, c.paths), max(1, c.events)); err != nil {
		return sample{}, err
	}
	command := exec.CommandContext(ctx, c.argv[0], c.argv[1:]...)
	command.Dir, command.Env = b.dir, b.env
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // strace keeps signals for itself
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	open, err := c.connect(ctx, command)
	if err != nil {
		return sample{}, err
	}
	begun := time.Now()
	if err := command.Start(); err != nil {
		return sample{}, err
	}
	if closer, ok := command.Stdin.(io.Closer); ok {
		closer.Close()
	}
	if c.stays {
		err = b.stop(ctx, c, command.Process)
	}
	open()
	failed := command.Wait()
	exited := time.Now()
	got, statsErr := b.sink.stats(ctx)
	if err := errors.Join(err, statsErr); err != nil {
		return sample{}, fmt.Errorf("%s: %w", c.name, err)
	}
	b.judge(c, got, failed, said.String())
	s := sample{
		cpu:    command.ProcessState.UserTime() + command.ProcessState.SystemTime(),
		exited: exited.Sub(begun), received: got,
	}
	if got.First > 0 {
		s.first, s.delivered = time.Unix(0, got.First).Sub(begun), time.Unix(0, got.Last).Sub(begun)
	}
	if usage, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.memory = float64(usage.Maxrss) / 1024
	}
	return s, nil
}

// connect gives a contestant its stdin and starts what feeds it. The function it
// returns lets go of the pipe: syslog-ng drops what it holds when its stdin ends,
// so that one that stays keeps it open until all has arrived.
func (c contestant) connect(ctx context.Context, command *exec.Cmd) (func(), error) {
	if c.feed == nil {
		if c.file == "" {
			return func() {}, nil
		}
		f, err := os.Open(c.file)
		command.Stdin = f
		return func() {}, err
	}
	in, out, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	command.Stdin = in
	feeder := exec.CommandContext(ctx, c.feed[0], c.feed[1:]...)
	feeder.Stdout = out
	if err := feeder.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", c.feed[0], err)
	}
	if !c.stays {
		out.Close()
	}
	return func() {
		out.Close()
		_ = feeder.Wait()
	}, nil
}

// stop waits until a contestant that stays has delivered all, or stalls.
func (b *bench) stop(ctx context.Context, c contestant, p *os.Process) error {
	most, since := 0, time.Now()
	for {
		got, err := b.sink.stats(ctx)
		if err != nil {
			return err
		}
		if got.Unique > most {
			most, since = got.Unique, time.Now()
		}
		if got.Unique >= c.events*c.paths || time.Since(since) > stall {
			return syscall.Kill(-p.Pid, syscall.SIGTERM)
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// judge notes what a run lost or doubled.
func (b *bench) judge(c contestant, got received, failed error, said string) {
	lost := c.events*c.paths - got.Unique
	if lost == 0 && got.Twice == 0 && got.Strange == 0 && (failed == nil || c.stays) {
		return
	}
	note := fmt.Sprintf("%s: of %d deliveries %d were lost, %d came twice, %d were never sent", c.name, c.events*c.paths, lost, got.Twice, got.Strange)
	if failed != nil {
		note += fmt.Sprintf("; it ended with %v: %.300s", failed, said)
	}
	b.notes = append(b.notes, note)
	b.broken = b.broken || c.ours
}
