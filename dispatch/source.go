package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/wnotify/wnotify/dispatch/intake"
	"github.com/wnotify/wnotify/store"
)

// source is an input with the place its cursor is at.
type source struct {
	*intake.Source

	lease    store.Lease
	key      string // of the cursor; empty: the source has none
	revision uint64
	from     int64        // offset up to which the cursor was handed over
	at       intake.Point // behind the last item
	fresh    bool         // no cursor was stored yet
}

// openSource opens a file at its cursor, or standard input. Two runs never
// read the same file at once: the second one waits, and goes on behind the
// first.
func (a *accept) openSource(ctx context.Context, path string) (*source, error) {
	opt := intake.Options{From: a.in.From, Final: a.in.Final, MaxEventBytes: a.in.MaxEvent, Follow: a.in.Follow}
	if path == "-" {
		return &source{Source: intake.Read(a.in.Stdin, opt)}, nil
	}
	id, err := intake.Identify(path)
	if err != nil {
		return nil, &UnreadableError{Path: path, Err: err}
	}
	s := &source{}
	if id != "" {
		s.key = "cursors/" + id + cursorSuffix(a.in.Integrations, a.in.As)
		if s.lease, err = a.leadFile(ctx, s.key); err != nil {
			return nil, err
		}
		rider, err := a.Store.Rider(a.hard, s.key)
		if err != nil {
			return nil, err
		}
		s.revision, s.fresh = rider.Revision, rider.Revision == 0
		if rider.Revision > 0 {
			opt.Stored = new(intake.Cursor)
			if err := json.Unmarshal(rider.Value, opt.Stored); err != nil {
				return nil, &store.CorruptError{What: "cursor of " + path}
			}
		}
	}
	if s.Source, err = intake.Open(path, opt); err != nil {
		s.close()
		return nil, &UnreadableError{Path: path, Err: err}
	}
	s.at = s.Source.Start()
	s.from = s.at.Offset
	return s, nil
}

// leadFile waits for the right to read a file.
func (a *accept) leadFile(ctx context.Context, key string) (store.Lease, error) {
	for {
		lease, err := a.Store.Lead(ctx, "file/"+key)
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

// moved reports whether anything was read since the cursor was handed over.
func (s *source) moved() bool { return s.key != "" && s.at.Offset != s.from }

// rider is the cursor behind the last item. Its revision follows the one that
// was handed over before.
func (s *source) rider() (store.Rider, error) {
	c, err := s.Source.Cursor(s.at)
	if err != nil {
		return store.Rider{}, err
	}
	value, err := json.Marshal(c)
	r := store.Rider{Key: s.key, Revision: s.revision, Value: value}
	return r, err
}

func (s *source) close() {
	if s.Source != nil {
		_ = s.Source.Close()
	}
	if s.lease != nil {
		_ = s.lease.Release()
	}
}

// end says how the source ended.
func (s *source) end(path string) SourceEnd {
	return SourceEnd{Path: path, Offset: s.at.Offset, Resume: s.key != ""}
}
