package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// T is the part of [testing.T] that the checks need.
type T interface {
	Helper()
	Context() context.Context
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// bench is a store under a check.
type bench struct {
	T

	s store.Store
}

// noon is when the events of the checks happen; minutes after it are the usual
// distance.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func after(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// patience is how long a check waits for what should happen at once.
const patience = 10 * time.Second

// block makes a block of one event a text, put at noon, for lanes named with
// blanks between.
func block(lanes string, texts ...string) store.Block {
	b := store.Block{Count: len(texts), Put: noon}
	for lane := range strings.FieldsSeq(lanes) {
		b.Lanes = append(b.Lanes, store.Target{Lane: lane})
	}
	for _, text := range texts {
		b.Data = append(append(b.Data, text...), '\n')
	}
	return b
}

func blocks(b ...store.Block) store.Change { return store.Change{Blocks: b} }

// install is what identifies the queue.
func (b *bench) install() string {
	b.Helper()
	id, err := b.s.Install(b.Context())
	if err != nil {
		b.Fatalf("identifying the queue: %v", err)
	}
	return id
}

// commit applies a change or ends the check.
func (b *bench) commit(c store.Change) store.Receipt {
	b.Helper()
	receipt, err := b.s.Commit(b.Context(), c)
	if err != nil {
		b.Fatalf("the change failed: %v", err)
	}
	return receipt
}

// put stores a block, as block makes it, as a change of its own.
func (b *bench) put(lanes string, texts ...string) {
	b.Helper()
	b.commit(blocks(block(lanes, texts...)))
}

// conflict commits a change that must be refused because something moved on:
// "rider KEY" or "lane NAME".
func (b *bench) conflict(c store.Change, on string) {
	b.Helper()
	_, err := b.s.Commit(b.Context(), c)
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) {
		b.Fatalf("the change got %v, want a *ConflictError on %s", err, on)
	}
	got := "lane " + conflict.Lane
	if conflict.Rider != "" {
		got = "rider " + conflict.Rider
	}
	if got != on || conflict.Rider != "" && conflict.Lane != "" {
		b.Errorf("the conflict is %+v, want one on %s", conflict, on)
	}
}

// lane describes a lane or ends the check.
func (b *bench) lane(name string) store.Lane {
	b.Helper()
	lane, err := b.s.Lane(b.Context(), name)
	if err != nil {
		b.Fatalf("describing %s: %v", name, err)
	}
	if lane.Name != name {
		b.Errorf("asked for lane %q and got %q", name, lane.Name)
	}
	return lane
}

// read returns the events of a lane as "number:text".
func (b *bench) read(lane string, from uint64, limit store.Limit) []string {
	b.Helper()
	runs, err := b.s.Read(b.Context(), lane, from, limit)
	if err != nil {
		b.Fatalf("reading %s from %d: %v", lane, from, err)
	}
	lines, err := flat(runs, from)
	if err != nil {
		b.Fatalf("reading %s from %d: %v", lane, from, err)
	}
	return lines
}

// holds checks all that a lane holds, as "number:text" with blanks between.
func (b *bench) holds(lane, want string) {
	b.Helper()
	b.equal("lane "+lane, b.read(lane, 1, store.Limit{}), strings.Fields(want))
}

func (b *bench) equal(what string, got, want []string) {
	b.Helper()
	if !slices.Equal(got, want) {
		b.Errorf("%s: got %s\nwant %s", what, brief(got), brief(want))
	}
}

func brief(lines []string) string {
	short := make([]string, 0, len(lines))
	for _, l := range lines {
		if len(l) > 80 {
			l = fmt.Sprintf("%s… (%d bytes)", l[:80], len(l))
		}
		short = append(short, l)
	}
	return strings.Join(short, " ")
}

// flat takes runs apart into "number:text" and finds what no runs may be.
func flat(runs []store.Run, from uint64) ([]string, error) {
	var lines []string
	next := max(from, 1)
	for _, r := range runs {
		if r.First < next {
			return nil, fmt.Errorf("a run begins at %d, after event %d was asked for or given", r.First, next-1)
		}
		if r.Count < 1 || bytes.Count(r.Data, []byte{'\n'}) != r.Count || r.Data[len(r.Data)-1] != '\n' {
			return nil, fmt.Errorf("the run at %d says it has %d events and holds %q", r.First, r.Count, r.Data)
		}
		n := r.First
		for line := range bytes.Lines(r.Data) {
			lines = append(lines, fmt.Sprintf("%d:%s", n, line[:len(line)-1]))
			n++
		}
		next = n
	}
	return lines, nil
}
