//go:build bench && linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// build builds the program as it is released: static, without symbols.
func (b *bench) build(ctx context.Context) error {
	b.wnotify = filepath.Join(b.dir, "wnotify")
	c := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", b.wnotify, ".")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("building wnotify: %w: %s", err, out)
	}
	return nil
}

// environment is that of the contestants: without settings or proxies of ours.
func (b *bench) environment() {
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, "WNOTIFY_") && !strings.HasSuffix(strings.ToUpper(name), "_PROXY") {
			b.env = append(b.env, v)
		}
	}
	b.env = append(b.env, "WNOTIFY_CONFIG="+b.config(), "WNOTIFY_STATE="+b.state())
}

func (b *bench) config() string { return filepath.Join(b.dir, "config.toml") }
func (b *bench) state() string  { return filepath.Join(b.dir, "state") }

// configure writes a configuration with an integration for each address, and
// what else it is to hold, and takes the state away.
func (b *bench) configure(addresses []string, more string) error {
	var text strings.Builder
	text.WriteString("version = 1\n\n[queue]\nmax_bytes = \"4GiB\"\n") // for the backlog of T6
	for i, a := range addresses {
		fmt.Fprintf(&text, "\n[integration.i%d]\nurl = %q\n", i, a)
		if strings.HasPrefix(a, "https:") {
			fmt.Fprintf(&text, "ca_certificate = %q\n", b.sink.ca)
		}
	}
	text.WriteString(more)
	if err := os.WriteFile(b.config(), []byte(text.String()), 0o600); err != nil {
		return err
	}
	return b.forget()
}

// forget takes the state away: the next run begins with an empty queue.
func (b *bench) forget() error { return os.RemoveAll(b.state()) }

// send is wnotify that reads n events from a pipe and sends them to each of the
// integrations.
func (b *bench) send(n, integrations int) contestant {
	return contestant{name: "wnotify", argv: []string{b.wnotify, "send"}, feed: b.feed(n), paths: integrations, events: n, ours: true}
}

// queued asks status how many events wait.
func (b *bench) queued(ctx context.Context) (int, error) {
	c := exec.CommandContext(ctx, b.wnotify, "status", "-o", "json")
	c.Env = b.env
	out, err := c.Output()
	if err != nil {
		return 0, fmt.Errorf("asking for the status: %w", err)
	}
	var status struct {
		Items []struct {
			Queued int `json:"queued"`
		} `json:"items"`
	}
	if err := json.Unmarshal(out, &status); err != nil {
		return 0, fmt.Errorf("reading the status: %w", err)
	}
	n := 0
	for _, i := range status.Items {
		n += i.Queued
	}
	return n, nil
}

// expectQueued notes it as a loss when other than n events wait.
func (b *bench) expectQueued(ctx context.Context, test string, n int) error {
	got, err := b.queued(ctx)
	if err == nil && got != n {
		b.broken = true
		b.notes = append(b.notes, fmt.Sprintf("%s: %d events are queued, %d should be", test, got, n))
	}
	return err
}
