package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/wnotify/wnotify/dispatch/intake"
	"github.com/wnotify/wnotify/store"
)

// source is an input with the cursors of the files it reads: one, or with
// Follow one after the other.
type source struct {
	*intake.Reader

	path   string
	from   intake.From
	suffix string       // of the keys of its cursors
	marked intake.Point // up to which cursors were handed over
	at     intake.Point // behind the last item

	mu     sync.Mutex
	files  map[string]*cursorFile // by identity
	broken error                  // why a cursor could not be had
}

// cursorFile is a file that is being read: two runs never read the same one at
// once; the second waits, and goes on behind the first.
type cursorFile struct {
	lease    store.Lease
	revision uint64 // of the stored cursor, 0: none
}

// openSource opens a file at its cursor, or standard input.
func (a *accept) openSource(ctx context.Context, path string) (*source, error) {
	s := &source{path: path, suffix: cursorSuffix(a.in.Integrations, a.in.As), files: map[string]*cursorFile{}}
	opt := intake.Options{
		MaxEventBytes: int(a.in.MaxEvent), From: a.in.From, Final: a.in.Final, Follow: a.in.Follow,
		Stored: func(file string) (*intake.Cursor, error) { return a.stored(ctx, s, file) },
	}
	if a.begun[path] {
		opt.From = intake.FromCursor
	}
	return s, s.open(a.in, opt)
}

// openUnlocked opens a file where its cursor is, without taking it from whoever
// reads it.
func (a *accept) openUnlocked(path string) (*source, error) {
	s := &source{path: path, suffix: cursorSuffix(a.in.Integrations, a.in.As)}
	opt := intake.Options{
		MaxEventBytes: int(a.in.MaxEvent), From: a.in.From, Final: a.in.Final,
		Stored: func(file string) (*intake.Cursor, error) {
			rider, err := a.Store.Rider(a.hard, s.key(file))
			return s.cursorOf(rider, err)
		},
	}
	return s, s.open(a.in, opt)
}

// open opens the path.
func (s *source) open(in Input, opt intake.Options) error {
	if s.path == "-" {
		s.Reader = intake.New(in.Stdin, "-", opt)
		return nil
	}
	r, err := intake.Open(s.path, opt)
	if err != nil {
		return &UnreadableError{Path: s.path, Err: err}
	}
	s.Reader, s.from = r, opt.From
	return nil
}

// cursorOf decodes a stored cursor; nil when there is none.
func (s *source) cursorOf(rider store.Rider, err error) (*intake.Cursor, error) {
	if err != nil {
		return nil, s.fail(err)
	}
	if rider.Revision == 0 {
		return nil, nil
	}
	c := new(intake.Cursor)
	if err := json.Unmarshal(rider.Value, c); err != nil {
		return nil, s.fail(&store.CorruptError{What: "cursor of " + s.path})
	}
	return c, nil
}

// stored looks a cursor up, once this run is the only one to read the file.
func (a *accept) stored(ctx context.Context, s *source, file string) (*intake.Cursor, error) {
	key := s.key(file)
	lease, err := a.leadFile(ctx, key)
	if err != nil {
		return nil, s.fail(err)
	}
	rider, err := a.Store.Rider(a.hard, key)
	if err != nil {
		_ = lease.Release()
		return nil, s.fail(err)
	}
	s.mu.Lock()
	s.files[file] = &cursorFile{lease: lease, revision: rider.Revision}
	s.mu.Unlock()
	return s.cursorOf(rider, nil)
}

func (s *source) key(file string) string { return "cursors/" + file + s.suffix }

// fail remembers that the store, not the file, is the reason.
func (s *source) fail(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = err
	return err
}

func (s *source) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

// leadFile waits for the right to read a file.
func (a *accept) leadFile(ctx context.Context, key string) (store.Lease, error) {
	for {
		lease, err := a.Store.Lead(a.hard, "file/"+key)
		if !errors.Is(err, store.ErrBusy) {
			return lease, err
		}
		t := time.NewTimer(poll / 5)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return nil, ErrStopped
		}
	}
}

// rider is the cursor behind the last item; false when nothing was read since
// the last one, or the source has none.
func (s *source) rider() (store.Rider, bool, error) {
	if s.at == s.marked || s.at.File == "" {
		return store.Rider{}, false, nil
	}
	c, ok := s.Cursor(s.at)
	if !ok {
		return store.Rider{}, false, nil
	}
	value, err := json.Marshal(c)
	if err != nil {
		return store.Rider{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := store.Rider{Key: s.key(s.at.File), Value: value}
	if f := s.files[s.at.File]; f != nil {
		r.Revision = f.revision
	}
	return r, true, nil
}

// passOver moves the cursor of a file that was begun at its end and had nothing
// more there: what was passed over on purpose is not read by the next run.
func (s *source) passOver() {
	if start := s.Start().Point; s.from == intake.FromEnd && s.at == (intake.Point{}) {
		s.at = start
	}
}

// end says how the source ended.
func (s *source) end() SourceEnd {
	e := SourceEnd{Path: s.path, Offset: s.at.Offset, Resume: s.at.File != ""}
	if tail, ok := s.Tail(); ok {
		e.Tail = tail.Size
	}
	start := s.Start()
	e.Note = start.Why
	if s.at == (intake.Point{}) {
		e.Offset, e.Resume = start.Offset, start.File != ""
	}
	return e
}

func (s *source) close() {
	_ = s.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.files {
		_ = f.lease.Release()
	}
}
