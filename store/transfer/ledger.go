package transfer

import (
	"context"
	"errors"
	"strings"

	"github.com/wnotify/wnotify/store"
)

// letters moves dead letters one by one: each may be as large as a batch.
func (m *mover) letters(ctx context.Context, lane string) error {
	for l, err := range m.from.Letters(ctx, lane) {
		if err != nil {
			return err
		}
		if _, err := m.to.Commit(ctx, store.Change{Letters: []store.Letter{l}}); err != nil {
			return err
		}
		if _, err := m.from.Commit(ctx, store.Change{Bury: []string{l.ID}}); err != nil {
			return err
		}
		m.Letters++
	}
	return nil
}

// rejects moves rejects, each once.
func (m *mover) rejects(ctx context.Context) error {
	var some store.Change
	size := 0
	flush := func() error {
		if len(some.Rejects) == 0 {
			return nil
		}
		if _, err := m.to.Commit(ctx, some); err != nil {
			return err
		}
		var gone store.Change
		for _, r := range some.Rejects {
			gone.Forget = append(gone.Forget, r.ID)
		}
		m.Rejects += len(some.Rejects)
		some, size = store.Change{}, 0
		_, err := m.from.Commit(ctx, gone)
		return err
	}
	for r, err := range m.from.Rejects(ctx) {
		if err != nil {
			return err
		}
		some.Rejects = append(some.Rejects, r)
		if size += len(r.Data); size >= togetherBytes || len(some.Rejects) >= togetherItems {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// riders moves riders. One that is there already has gone on by itself, and
// stays.
func (m *mover) riders(ctx context.Context) error {
	for r, err := range m.from.Riders(ctx, "") {
		if err != nil {
			return err
		}
		if strings.HasPrefix(r.Key, ours) {
			continue
		}
		_, err := m.to.Commit(ctx, store.Change{Riders: []store.Rider{{Key: r.Key, Value: r.Value}}})
		if conflict := (*store.ConflictError)(nil); err != nil && !errors.As(err, &conflict) {
			return err
		}
		if _, err := m.from.Commit(ctx, store.Change{Riders: []store.Rider{{Key: r.Key, Revision: r.Revision}}}); err != nil {
			return err
		}
		m.Riders++
	}
	return nil
}

// tidy removes the marks of moves that have ended.
func (m *mover) tidy(ctx context.Context) error {
	going := map[string]bool{}
	for r, err := range m.from.Riders(ctx, ours) {
		if err != nil {
			return err
		}
		going[m.mark(r)] = true
	}
	for r, err := range m.to.Riders(ctx, ours+m.old+"/") {
		if err != nil {
			return err
		}
		if going[r.Key] {
			continue
		}
		if _, err := m.to.Commit(ctx, store.Change{Riders: []store.Rider{{Key: r.Key, Revision: r.Revision}}}); err != nil {
			return err
		}
	}
	return nil
}
