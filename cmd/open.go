package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
)

// engine is the machinery behind the commands that touch the queue.
type engine struct {
	*dispatch.Dispatcher

	file   *config.File
	client *collector.Client
	reload func() // look at the configuration again, whatever its time and size
	close  func() error
}

// open reads the configuration and makes the queue ready. Nothing on disk is
// touched before the first write.
func (a *app) open(ctx context.Context) (*engine, error) {
	f, err := a.load()
	if err != nil {
		return nil, err
	}
	return a.engine(ctx, f)
}

// work opens the queue, as the configuration says, for as long as f runs.
func (a *app) work(ctx context.Context, f func(*engine) error) error {
	file, err := a.load()
	if err != nil {
		return err
	}
	return a.withEngine(ctx, file, f)
}

// withEngine opens the queue, as a file says, for as long as f runs.
func (a *app) withEngine(ctx context.Context, file *config.File, f func(*engine) error) error {
	e, err := a.engine(ctx, file)
	if err != nil {
		return err
	}
	return errors.Join(f(e), e.close())
}

// openForEvents is open for commands that take events: without an integration
// there is nobody to take them.
func (a *app) openForEvents(ctx context.Context) (*engine, error) {
	f, err := a.load()
	if err != nil {
		return nil, err
	}
	if len(f.Settings().Integrations) == 0 {
		return nil, &failure{
			code: exitConfig, err: errors.New("there is no integration yet, so nothing was read"), where: f.Path,
			fix: "wnotify integration add NAME --url URL",
		}
	}
	return a.engine(ctx, f)
}

func (a *app) engine(ctx context.Context, f *config.File) (*engine, error) {
	s, err := a.openStore(ctx, f.Store)
	if err != nil {
		return nil, err
	}
	client := collector.New(collector.Options{Version: released().Version, Getenv: a.env.Getenv})
	live := newLive(f, a.log)
	return &engine{
		Dispatcher: &dispatch.Dispatcher{Store: s, Sender: client, Log: a.log, Settings: live.settings},
		file:       f,
		client:     client,
		reload:     live.forget,
		close: func() error {
			client.Close()
			return s.Close()
		},
	}, nil
}

// live is the configuration of this moment: the file is looked at whenever it
// is asked for, and read again when it changed. A broken one is told once, and
// the old one stays.
type live struct {
	path string
	log  zerolog.Logger

	mu     sync.Mutex
	seen   stamp
	now    *dispatch.Settings
	looked time.Time
	missed time.Time // since when the file cannot be seen; zero while it can
	told   bool      // that it cannot
}

// stamp tells versions of a file apart.
type stamp struct {
	modified time.Time
	size     int64
	inode    any
}

const (
	// lookEvery bounds how often the file is looked at.
	lookEvery = 200 * time.Millisecond

	// goneFor is how long the file may be away without a word: an editor that
	// replaces it needs a moment.
	goneFor = 5 * time.Second
)

func newLive(f *config.File, log zerolog.Logger) *live {
	s := f.Settings()
	l := &live{path: f.Path, log: log, now: &s}
	l.seen, _ = stampOf(f.Path)
	return l
}

func (l *live) settings() *dispatch.Settings {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.looked) < lookEvery {
		return l.now
	}
	l.looked = time.Now()
	seen, err := stampOf(l.path)
	if err != nil {
		l.miss(err)
		return l.now
	}
	l.missed, l.told = time.Time{}, false
	if seen == l.seen {
		return l.now
	}
	l.seen = seen
	f, err := config.Load(l.path)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.log.Error().Err(err).Msg("the changed configuration is wrong; the old one stays")
		}
		return l.now
	}
	s := f.Settings()
	l.now = &s
	l.log.Info().Str("path", l.path).Msg("took up the changed configuration")
	return l.now
}

// miss says once that the file is gone.
func (l *live) miss(err error) {
	if l.missed.IsZero() {
		l.missed = l.looked
	}
	if !l.told && l.looked.Sub(l.missed) >= goneFor {
		l.told = true
		l.log.Error().Err(err).Msg("the configuration is gone; the old one stays")
	}
}

// forget makes the next look read the file.
func (l *live) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.seen, l.looked = stamp{}, time.Time{}
}

func stampOf(path string) (stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.ModTime(), info.Size(), inode(info)}, nil
}
