package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/wnotify/wnotify/store"
)

// follow reads a lane as it grows, until it has seen so many events. It runs in
// a goroutine, so it must not end the check.
func (b *bench) follow(lane string, total int) (seen []string) {
	ctx, cancel := context.WithTimeout(b.Context(), 6*patience)
	defer cancel()
	var mark store.Mark
	for len(seen) < total {
		var err error
		if mark, err = b.s.Changed(ctx, mark); err != nil {
			b.Errorf("the reader waited behind event %d and got %v", len(seen), err)
			return seen
		}
		for more := true; more; {
			next := uint64(len(seen)) + 1
			runs, err := b.s.Read(ctx, lane, next, store.Limit{Events: 7})
			if err != nil {
				b.Errorf("the reader got %v", err)
				return seen
			}
			lines, err := flat(runs, next)
			if err != nil || len(lines) > 0 && !strings.HasPrefix(lines[0], fmt.Sprint(next, ":")) {
				b.Errorf("behind event %d the reader got %s, %v", len(seen), brief(lines), err)
				return seen
			}
			seen = append(seen, lines...)
			more = len(lines) > 0
		}
	}
	return seen
}

// deliver reads a lane as it grows and uses up what it has read, as a leader
// does, until it has seen so many events.
func (b *bench) deliver(lane string, total int) (seen []string) {
	ctx, cancel := context.WithTimeout(b.Context(), 6*patience)
	defer cancel()
	var mark store.Mark
	for len(seen) < total {
		var err error
		if mark, err = b.s.Changed(ctx, mark); err != nil {
			b.Errorf("the leader waited behind event %d and got %v", len(seen), err)
			return seen
		}
		l, err := b.s.Lane(ctx, lane)
		if err != nil {
			b.Errorf("the leader looked at its lane and got %v", err)
			return seen
		}
		runs, err := b.s.Read(ctx, lane, 1, store.Limit{Events: 5})
		lines, bad := flat(runs, 1)
		if err := errors.Join(err, bad); err != nil {
			b.Errorf("the leader read behind event %d and got %v", len(seen), err)
			return seen
		}
		if len(lines) == 0 {
			continue
		}
		seen = append(seen, lines...)
		s := store.Settle{Lane: lane, Revision: l.Record.Revision, Record: l.Record}
		s.Record.Through = uint64(len(seen))
		leave(&s, runs)
		if _, err := b.s.Commit(ctx, store.Change{Settles: []store.Settle{s}}); err != nil {
			b.Errorf("the leader settled through %d and got %v", len(seen), err)
			return seen
		}
		mark = 0 // there may be more
	}
	return seen
}

// won commits a change that others may have overtaken, and says whether it was
// applied. Under a weak engine a conflict may follow a part that was applied;
// these changes have one part.
func (b *bench) won(c store.Change) bool {
	_, err := b.s.Commit(b.Context(), c)
	var conflict *store.ConflictError
	if err != nil && !errors.As(err, &conflict) {
		b.Errorf("committing in a race: %v", err)
	}
	return err == nil
}

// merged checks that a lane holds so many events, numbered without holes, each
// once, and those of a writer in its order.
func (b *bench) merged(lines []string, want int) {
	b.Helper()
	if len(lines) != want {
		b.Errorf("the lane has %d events, want %d", len(lines), want)
	}
	last := map[string]string{}
	for i, line := range lines {
		number, text, _ := strings.Cut(line, ":")
		if number != strconv.Itoa(i+1) {
			b.Fatalf("event %d of the lane has number %s", i+1, number)
		}
		var w, round int
		var part rune
		if _, err := fmt.Sscanf(text, "w%d-%d-%c", &w, &round, &part); err != nil {
			b.Fatalf("event %s was not put by anybody", line)
		}
		writer, place := strconv.Itoa(w), fmt.Sprintf("%06d%c", round, part)
		if place <= last[writer] {
			b.Errorf("event %s comes after %s of the same writer", line, last[writer])
		}
		last[writer] = place
	}
}
