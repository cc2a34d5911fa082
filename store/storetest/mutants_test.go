package storetest

import (
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// TestMutants shows that the suite has teeth: each of these engines breaks one
// promise, and the check that is about it says so.
func TestMutants(t *testing.T) {
	var mu sync.Mutex
	bitten := map[string]bool{}
	t.Run("caught", func(t *testing.T) {
		for _, m := range slices.Concat(changeMutants, viewMutants, otherMutants) {
			t.Run(m.breaks, func(t *testing.T) {
				t.Parallel()
				failed := map[string]string{}
				for _, c := range checks() {
					if text := verdict(t, func(r *recorder) { c.run(&bench{T: r, s: m.make(memory.New())}) }); text != "" {
						failed[c.name] = text
					}
				}
				mu.Lock()
				defer mu.Unlock()
				for name := range failed {
					bitten[name] = true
				}
				if failed[m.caughtBy] == "" {
					t.Errorf("check %q lets it pass; these do not: %v", m.caughtBy, failed)
					return
				}
				t.Logf("%d checks fail; %s: %s", len(failed), m.caughtBy, failed[m.caughtBy])
			})
		}
	})
	for _, c := range checks() {
		if !bitten[c.name] {
			t.Logf("no mutant is caught by %q", c.name)
		}
	}
}

// TestSharedMutants does the same for what only several handles can show.
func TestSharedMutants(t *testing.T) {
	for _, m := range sharedMutants {
		t.Run(m.breaks, func(t *testing.T) {
			t.Parallel()
			for _, c := range sharedChecks {
				if c.name != m.caughtBy {
					continue
				}
				if text := verdict(t, func(r *recorder) { runShared(r, c, m.open()) }); text == "" {
					t.Errorf("check %q lets it pass", c.name)
				}
				return
			}
			t.Errorf("there is no check %q", m.caughtBy)
		})
	}
}

// TestHealthy is the control: under the same recorder the model passes.
func TestHealthy(t *testing.T) {
	for _, c := range checks() {
		if text := verdict(t, func(r *recorder) { c.run(&bench{T: r, s: memory.New()}) }); text != "" {
			t.Errorf("%s: %s", c.name, text)
		}
	}
}

// recorder is a T that keeps failures to itself.
type recorder struct {
	ctx context.Context

	mu     sync.Mutex
	failed []string
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = append(r.failed, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// verdict runs a check on an engine made for it, in a bubble, so that waiting
// costs nothing, and returns how it failed: the first words of it.
func verdict(t *testing.T, run func(*recorder)) (text string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		r := &recorder{ctx: ctx}
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() {
				if p := recover(); p != nil {
					r.Errorf("panic: %v", p)
				}
			}()
			run(r)
		}()
		<-done
		r.mu.Lock()
		defer r.mu.Unlock()
		text, _, _ = strings.Cut(strings.Join(r.failed, "\n"), "\n")
		if len(text) > 160 {
			text = text[:160] + "…"
		}
	})
	return text
}

type mutant struct {
	breaks   string
	caughtBy string
	make     func(*memory.Store) store.Store
}

// broken is an engine with some of its calls replaced.
type broken struct {
	store.Store

	commit  func(context.Context, store.Change) (store.Receipt, error)
	lane    func(context.Context, string) (store.Lane, error)
	read    func(context.Context, string, uint64, store.Limit) ([]store.Run, error)
	lead    func(context.Context, string) (store.Lease, error)
	changed func(context.Context, store.Mark) (store.Mark, error)
	rider   func(context.Context, string) (store.Rider, error)
	riders  func(context.Context, string) iter.Seq2[store.Rider, error]
	letters func(context.Context, string) iter.Seq2[store.Letter, error]
	history func(context.Context, string, time.Time) iter.Seq2[store.Attempt, error]
	slots   func(context.Context, string, time.Time) iter.Seq2[store.Slot, error]
}

func (b *broken) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	if b.commit != nil {
		return b.commit(ctx, c)
	}
	return b.Store.Commit(ctx, c)
}

func (b *broken) Lane(ctx context.Context, name string) (store.Lane, error) {
	if b.lane != nil {
		return b.lane(ctx, name)
	}
	return b.Store.Lane(ctx, name)
}

func (b *broken) Read(ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
	if b.read != nil {
		return b.read(ctx, lane, from, limit)
	}
	return b.Store.Read(ctx, lane, from, limit)
}

func (b *broken) Lead(ctx context.Context, name string) (store.Lease, error) {
	if b.lead != nil {
		return b.lead(ctx, name)
	}
	return b.Store.Lead(ctx, name)
}

func (b *broken) Changed(ctx context.Context, since store.Mark) (store.Mark, error) {
	if b.changed != nil {
		return b.changed(ctx, since)
	}
	return b.Store.Changed(ctx, since)
}

func (b *broken) Rider(ctx context.Context, key string) (store.Rider, error) {
	if b.rider != nil {
		return b.rider(ctx, key)
	}
	return b.Store.Rider(ctx, key)
}

func (b *broken) Riders(ctx context.Context, prefix string) iter.Seq2[store.Rider, error] {
	if b.riders != nil {
		return b.riders(ctx, prefix)
	}
	return b.Store.Riders(ctx, prefix)
}

func (b *broken) Letters(ctx context.Context, lane string) iter.Seq2[store.Letter, error] {
	if b.letters != nil {
		return b.letters(ctx, lane)
	}
	return b.Store.Letters(ctx, lane)
}

func (b *broken) History(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Attempt, error] {
	if b.history != nil {
		return b.history(ctx, lane, since)
	}
	return b.Store.History(ctx, lane, since)
}

func (b *broken) Slots(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Slot, error] {
	if b.slots != nil {
		return b.slots(ctx, lane, since)
	}
	return b.Store.Slots(ctx, lane, since)
}
