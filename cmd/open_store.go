package cmd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
	"github.com/wnotify/wnotify/store/nats"
)

// The engines: one whose queue is in the state folder, one that many hosts share.
const (
	engineBolt = "bolt"
	engineNATS = "nats"
)

// openStore opens the engine that the configuration names.
func (a *app) openStore(ctx context.Context, c config.Store) (store.Store, error) {
	warn := func(err error) { a.log.Warn().Err(err).Msg("state") }
	if c.Engine != engineNATS {
		return bolt.Open(a.places().State, bolt.Options{Warn: warn, Waiting: a.sayWaiting("another process that is at the queue")})
	}
	o, err := a.natsOptions(c)
	if err != nil {
		return nil, err
	}
	o.Warn, o.Waiting = warn, a.sayWaiting("the servers of the queue to choose a leader")
	s, err := nats.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	if d := s.Durability(); d.First {
		a.log.Warn().Str("stream", c.Stream).Msg("first use of this stream: " + d.String())
	}
	return s, nil
}

// sayWaiting makes what says why nothing happens. Off a terminal, where nobody
// waits, only -v does.
func (a *app) sayWaiting(what string) func(where string, most time.Duration) {
	return func(where string, most time.Duration) {
		if !a.flags.quiet && (a.err.Terminal || a.flags.verbose) {
			fmt.Fprintf(a.err, "waiting for %s, at most %s (%s)\n", what, ui.Duration(most), where)
		}
	}
}

func (a *app) natsOptions(c config.Store) (nats.Options, error) {
	o := nats.Options{URL: strings.Join(c.URLs, ","), Stream: c.Stream, Replicas: c.Replicas}
	if !c.Credentials.Plain() {
		text, err := collector.Reveal("credentials of [store]", c.Credentials, a.env.Getenv)
		if err != nil {
			return o, &failure{code: exitNoPermission, err: err, where: c.Credentials.Source(), fix: "mend it and repeat the command"}
		}
		o.Credentials = text
	}
	var err error
	o.Host, err = hostOf(a.places().State)
	return o, err
}

// hostName is the file of the state folder that says which host this is to the
// others: its name, and something random, since names of hosts repeat.
const (
	hostName = "host"
	hostTemp = ".host-" // and something random
)

// hostOf returns who we are among the hosts of a queue. The first call makes
// it, once for all processes.
func hostOf(dir string) (string, error) {
	path := filepath.Join(dir, hostName)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeHost(dir, path); err != nil {
			return "", fmt.Errorf("cannot keep the name of this host in %s: %w", path, err)
		}
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return "", err
	}
	sweepHost(dir)
	host := strings.TrimSpace(string(text))
	if host == "" || len(host) > 255 {
		return "", &failure{code: exitIO, err: errors.New("the name of this host is damaged"), where: path, fix: "rm " + config.ShellQuote(path)}
	}
	return host, nil
}

func makeHost(dir, path string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	name, err := os.Hostname()
	if err != nil {
		name = "host"
	}
	f, err := os.CreateTemp(dir, hostTemp+"*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = fmt.Fprintf(f, "%s-%s\n", name, strings.ToLower(rand.Text()[:8]))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	err = os.Link(f.Name(), path)
	if _, gone := os.Lstat(path); err != nil && gone != nil {
		return err // else another process was quicker
	}
	if folder, err := os.Open(dir); err == nil { // the cursors of files belong to the name
		err = errors.Join(folder.Sync(), folder.Close())
		if err != nil && runtime.GOOS != "windows" { // which cannot
			return err
		}
	}
	return nil
}

// sweepHost removes what a process left that was killed when it made the name.
func sweepHost(dir string) {
	entries, _ := os.ReadDir(dir) // the next one tries again
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), hostTemp) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
