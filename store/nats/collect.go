package nats

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// sweepAfter is how long garbage waits for company.
const sweepAfter = 300 * time.Millisecond

// sweeps is what may be done later, or again: nothing but space depends on it.
type sweeps struct {
	mu    sync.Mutex
	lanes map[string]bool
	jobs  []func(context.Context)
	since time.Time // the first of them waits
}

func (s *sweeps) add(lane string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wait()
	s.lanes[lane] = true
}

func (s *sweeps) later(f func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wait()
	s.jobs = append(s.jobs, f)
}

func (s *sweeps) wait() {
	if s.lanes == nil {
		s.lanes, s.since = map[string]bool{}, time.Now()
	}
}

// due fires when there is something to do and it has waited long enough.
func (s *sweeps) due() <-chan time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lanes == nil {
		return nil
	}
	return time.After(time.Until(s.since.Add(sweepAfter)))
}

func (s *sweeps) take() (lanes []string, jobs []func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lanes == nil || time.Since(s.since) < sweepAfter {
		return nil, nil
	}
	lanes, jobs = slices.Sorted(maps.Keys(s.lanes)), s.jobs
	s.lanes, s.jobs = nil, nil
	return lanes, jobs
}

// sweep does what is due.
func (s *Store) sweep() {
	lanes, jobs := s.sweeps.take()
	if len(lanes)+len(jobs) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(s.life, giveUp)
	defer cancel()
	for _, job := range jobs {
		job(ctx)
	}
	for _, name := range lanes {
		if err := s.collect(ctx, name); err != nil && ctx.Err() == nil {
			if !errors.Is(err, errMoved) {
				s.opts.Warn(err)
			}
			s.sweeps.add(name)
		}
	}
}

// collect removes the shared segments that a lane is done with and that no
// other lane refers to. Where another one does, it is left to that one: it
// looks after its own settle, and then this lane's is committed.
func (s *Store) collect(ctx context.Context, name string) error {
	t := s.begin(ctx, true)
	old, err := t.lane(name)
	if err != nil || old == nil || len(old.Garbage) == 0 {
		return err
	}
	l, err := t.make(name)
	if err != nil {
		return err
	}
	some := l.Garbage[:min(len(l.Garbage), maxMessages/4)]
	for _, seg := range some {
		free, err := s.free(ctx, seg)
		if err != nil {
			return err
		}
		if free {
			t.drop(s.names.segment(seg))
		}
	}
	l.Garbage = slices.Clone(l.Garbage[len(some):])
	writes, err := t.finish()
	if err != nil {
		return err
	}
	first, err := s.publish(ctx, writes)
	if err == nil {
		t.remember(writes, first)
	}
	return err
}

// free reports whether no lane refers to a segment.
func (s *Store) free(ctx context.Context, seg string) (bool, error) {
	content, err := s.segment(ctx, seg)
	if errors.Is(err, errGone) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	var users []user
	if err := json.Unmarshal(content.users, &users); err != nil {
		return false, errSegment
	}
	for _, u := range users {
		l, err := s.lane(ctx, u.Lane)
		if err != nil {
			return false, err
		}
		if l != nil && l.Inc == u.Inc && (l.Next <= u.Last || l.holds(seg, u.span())) {
			return false, nil
		}
	}
	return true, nil
}

// purge removes what is left of a lane that was removed.
func (s *Store) purge(ctx context.Context, note removed) error {
	letters, err := s.blobsOf(ctx, s.names.ofLane("dead", note.Lane, note.Inc, "*.*.*"))
	if err != nil {
		return err
	}
	for _, key := range letters {
		if err := s.unplace(ctx, key, note.Inc); err != nil {
			return err
		}
	}
	for _, what := range []string{"dead", "hist", "day", "page"} {
		if err := s.stream.Purge(ctx, jetstream.WithPurgeSubject(s.names.ofLane(what, note.Lane, note.Inc, ">"))); err != nil {
			return err
		}
	}
	t := s.begin(ctx, true)
	for _, seg := range note.Garbage {
		free, err := s.free(ctx, seg)
		if err != nil {
			return err
		}
		if free {
			t.drop(s.names.segment(seg))
		}
	}
	t.add(s.names.gone(note.Inc), nil, 0)
	writes, err := t.finish()
	if err == nil {
		_, err = s.publish(ctx, writes)
	}
	return err
}

// unplace forgets where a letter of a removed lane was.
func (s *Store) unplace(ctx context.Context, letter, inc string) error {
	t := s.begin(ctx, true)
	key := s.names.key("deadid", penultimate(letter))
	p, ok, err := t.place(key)
	if err != nil || !ok || p.Inc != inc {
		return err
	}
	t.set(key, nil)
	writes, err := t.finish()
	if err == nil {
		_, err = s.publish(ctx, writes)
	}
	if errors.Is(err, errMoved) {
		return nil
	}
	return err
}

// sweepRemoved ends what a process that died has left of removed lanes.
func (s *Store) sweepRemoved(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, giveUp)
	defer cancel()
	keys, err := s.list(ctx, s.names.gone("*"))
	if err != nil {
		return s.opts.setup(err)
	}
	for _, key := range keys {
		v, err := s.get(ctx, key)
		var note removed
		if err != nil || v.data == nil || json.Unmarshal(v.data, &note) != nil {
			continue
		}
		if err := s.purge(ctx, note); err != nil {
			s.opts.Warn(err)
		}
	}
	return nil
}
