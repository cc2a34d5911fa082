//go:build bench && linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
)

// remote is the sink as its parent sees it.
type remote struct {
	places
	ca   string // file
	http http.Client
}

// startSink starts the sink as a process; it ends with this one, whose end closes its stdin.
func startSink(ctx context.Context, self, dir string) (*remote, error) {
	c := exec.CommandContext(ctx, self, "sink")
	c.Stderr = os.Stderr
	if _, err := c.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	r := &remote{ca: filepath.Join(dir, "ca.pem")}
	if err := json.NewDecoder(out).Decode(&r.places); err != nil {
		return nil, fmt.Errorf("the sink did not say where it listens: %w", err)
	}
	return r, os.WriteFile(r.ca, []byte(r.CA), 0o600)
}

// urls are where n collectors are.
func urls(base string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s/%d", base, i)
	}
	return all
}

func (r *remote) reset(ctx context.Context, paths, events int) error {
	return r.get(ctx, fmt.Sprintf("/reset/%d/%d", paths, events), nil)
}

func (r *remote) stats(ctx context.Context) (received, error) {
	var got received
	return got, r.get(ctx, "/stats", &got)
}

func (r *remote) get(ctx context.Context, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.Plain+path, http.NoBody)
	if err != nil {
		return err
	}
	reply, err := r.http.Do(request)
	if err != nil {
		return fmt.Errorf("asking the sink: %w", err)
	}
	defer reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return fmt.Errorf("the sink answers %s to %s", reply.Status, path)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(reply.Body).Decode(into)
}
