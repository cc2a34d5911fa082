package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// Model commits random changes to an engine and to store/memory, and compares
// all that can be seen of both after each. reopen, for engines that last, ends a
// handle (by closing it, or as a crash would) and opens another on the same
// state; nil leaves that out. It is rapid's: -rapid.checks and -rapid.steps say
// how long, and a failure prints the seed.
func Model(t *testing.T, open Opener, reopen func(store.Store) store.Store) {
	t.Helper()
	rapid.Check(t, func(r *rapid.T) {
		m := &machine{engine: open(t), model: memory.New(), now: noon, ctx: t.Context()}
		defer func() { shut(t, m.engine) }()
		actions := map[string]func(*rapid.T){
			"":       m.compare,
			"put":    m.put,
			"settle": m.settle,
			"name":   m.name,
			"ride":   m.ride,
			"letter": m.letter,
			"reject": m.reject,
			"remove": m.remove,
			"repeat": m.repeat,
			"read":   m.read,
		}
		if reopen != nil {
			actions["reopen"] = func(*rapid.T) { m.engine = reopen(m.engine) }
		}
		r.Repeat(actions)
	})
}

// machine is the state of one run of [Model].
//
//nolint:containedctx // it lives as long as one test
type machine struct {
	engine, model store.Store
	ctx           context.Context
	now           time.Time
	serial        int
	past          []store.Change // those with an ID
}

var (
	laneNames  = []string{"siem", "soc", "mail"}
	riderNames = []string{"cursors/a", "cursors/b", "triggers/t"}
)

// next makes names and texts that come once in a run.
func (m *machine) next(what string) string {
	m.serial++
	return fmt.Sprintf("%s-%d", what, m.serial)
}

// tick moves time on: by odd amounts, so that no two things are ever exactly a
// retention apart.
func (m *machine) tick(r *rapid.T) time.Time {
	minutes := rapid.SampledFrom([]int{0, 1, 3, 9, 70, 31 * hour, 70 * hour}).Draw(r, "minutes")
	m.now = m.now.Add(time.Duration(minutes)*time.Minute + 7*time.Millisecond)
	return m.now
}

// commit does a change on both sides and compares the answers.
func (m *machine) commit(r *rapid.T, c store.Change) {
	if c.ID == "" && rapid.Bool().Draw(r, "with an ID") {
		c.ID = m.next("change")
	}
	want, wantErr := m.model.Commit(m.ctx, c)
	got, gotErr := m.engine.Commit(m.ctx, c)
	if answer(gotErr) != answer(wantErr) {
		r.Fatalf("the change %+v\ngot %s, want %s", c, answer(gotErr), answer(wantErr))
	}
	if wantErr != nil {
		return
	}
	if want.Repeated && !got.Repeated {
		r.Fatalf("the repeat of %s is not known", c.ID)
	}
	if !got.Repeated && fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		r.Fatalf("the receipt of %+v\nis %+v, want %+v", c, got, want)
	}
	if c.ID != "" {
		m.past = append(m.past, c)
	}
}

// answer is what of an error may be decided on.
func answer(err error) string {
	var full *store.FullError
	var conflict *store.ConflictError
	switch {
	case err == nil:
		return "no error"
	case errors.As(err, &full):
		return fmt.Sprintf("full, room %v", full.Room)
	case errors.As(err, &conflict):
		return fmt.Sprintf("a conflict on rider %q, lane %q", conflict.Rider, conflict.Lane)
	default:
		return err.Error()
	}
}

// compare looks at everything on both sides.
func (m *machine) compare(r *rapid.T) {
	want, err := dump(m.ctx, m.model)
	if err != nil {
		r.Fatalf("looking at the model: %v", err)
	}
	got, err := dump(m.ctx, m.engine)
	if err != nil {
		r.Fatalf("looking at the engine: %v", err)
	}
	if diff := difference(want, got); diff != "" {
		r.Fatalf("the engine (+) is not as the model (-):\n%s", diff)
	}
}

// read compares a part of a lane.
func (m *machine) read(r *rapid.T) {
	lane := rapid.SampledFrom(laneNames).Draw(r, "lane")
	from := rapid.Uint64Range(0, 30).Draw(r, "from")
	limit := store.Limit{
		Events: rapid.SampledFrom([]int{0, 1, 2, 3, 7}).Draw(r, "events"),
		Bytes:  rapid.SampledFrom([]int64{0, 1, 20, 45, 100}).Draw(r, "bytes"),
	}
	if m.sealed(r, lane) {
		limit = store.Limit{} // how rows of a sealed batch with holes meet a limit is nobody's promise
	}
	var lines [2][]string
	for i, s := range []store.Store{m.engine, m.model} {
		runs, err := s.Read(m.ctx, lane, from, limit)
		if err == nil {
			lines[i], err = flat(runs, from)
		}
		if err != nil {
			r.Fatalf("reading %s from %d: %v", lane, from, err)
		}
	}
	if !slices.Equal(lines[0], lines[1]) {
		r.Fatalf("reading %s from %d, at most %+v: got %v, want %v", lane, from, limit, lines[0], lines[1])
	}
}

func (m *machine) sealed(r *rapid.T, lane string) bool {
	runs, err := m.model.Read(m.ctx, lane, 1, store.Limit{})
	if err != nil {
		r.Fatalf("reading %s of the model: %v", lane, err)
	}
	return slices.ContainsFunc(runs, func(run store.Run) bool { return run.Seal != nil })
}
