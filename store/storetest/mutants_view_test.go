package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// reads is an engine that reads otherwise than it was asked to.
func reads(read func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error)) func(*memory.Store) store.Store {
	return func(s *memory.Store) store.Store {
		return &broken{Store: s, read: func(ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
			return read(s, ctx, lane, from, limit)
		}}
	}
}

// describes is an engine that describes lanes wrongly.
func describes(edit func(*store.Lane)) func(*memory.Store) store.Store {
	return func(s *memory.Store) store.Store {
		return &broken{Store: s, lane: func(ctx context.Context, name string) (store.Lane, error) {
			lane, err := s.Lane(ctx, name)
			edit(&lane)
			return lane, err
		}}
	}
}

// backwards turns a loop round.
func backwards[V any](seq iter.Seq2[V, error]) iter.Seq2[V, error] {
	return func(yield func(V, error) bool) {
		var all []V
		for v, err := range seq {
			if err != nil {
				yield(v, err)
				return
			}
			all = append(all, v)
		}
		for _, v := range slices.Backward(all) {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// hoarder keeps all events of its lanes for ever: its records never say that
// anything has left.
func hoarder(s *memory.Store) store.Store {
	var mu sync.Mutex
	actual := map[string]store.Record{}
	return &broken{
		Store: s,
		commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			mu.Lock()
			defer mu.Unlock()
			c.Settles = slices.Clone(c.Settles)
			records := map[string]store.Record{}
			for i := range c.Settles {
				records[c.Settles[i].Lane] = c.Settles[i].Record
				c.Settles[i].Record.Through = 0
			}
			receipt, err := s.Commit(ctx, c)
			for lane, r := range records {
				if err == nil && !receipt.Repeated {
					actual[lane] = r
				}
			}
			return receipt, err
		},
		lane: func(ctx context.Context, name string) (store.Lane, error) {
			mu.Lock()
			defer mu.Unlock()
			lane, err := s.Lane(ctx, name)
			revision := lane.Record.Revision
			if revision > 0 {
				lane.Record = actual[name]
				lane.Record.Revision = revision
			}
			return lane, err
		},
	}
}

// viewMutants show wrongly what they keep rightly.
var viewMutants = []mutant{
	{"never collects", "settle/uses up what is not needed, also inside a block", hoarder},
	{"hands out the newest first", "read/from any number", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		runs, err := s.Read(ctx, lane, from, limit)
		slices.Reverse(runs)
		return runs, err
	})},
	{"reads from the start of the block", "read/from any number", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		runs, err := s.Read(ctx, lane, 1, limit)
		return slices.DeleteFunc(runs, func(r store.Run) bool { return r.First+uint64(r.Count) <= from }), err
	})},
	{"ignores the limit of events", "read/as many events as the limit allows", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		return s.Read(ctx, lane, from, store.Limit{Bytes: limit.Bytes})
	})},
	{"ignores the limit of bytes", "read/as many bytes as the limit allows", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		return s.Read(ctx, lane, from, store.Limit{Events: limit.Events})
	})},
	{"returns nothing when the first event is too large", "read/the first event comes whatever its size", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		runs, err := s.Read(ctx, lane, from, limit)
		if len(runs) > 0 && limit.Bytes > 0 && int64(len(runs[0].Data)) > limit.Bytes {
			return nil, err
		}
		return runs, err
	})},
	{"cuts a sealed batch", "read/a sealed batch comes whole or not at all", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		runs, err := s.Read(ctx, lane, from, limit)
		if len(runs) > 0 && limit.Events == 1 {
			line, _, _ := bytes.Cut(runs[0].Data, []byte{'\n'})
			runs[0].Count, runs[0].Data = 1, append(line, '\n')
			runs = runs[:1]
		}
		return runs, err
	})},
	{"joins runs over holes", "read/over holes", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		runs, err := s.Read(ctx, lane, from, limit)
		for len(runs) > 1 && runs[0].Seal == nil && runs[1].Seal == nil {
			runs[0].Count += runs[1].Count
			runs[0].Data = append(runs[0].Data, runs[1].Data...)
			runs = slices.Delete(runs, 1, 2)
		}
		return runs, err
	})},
	{"joins a sealed batch with its neighbour", "read/seals come back and join nothing", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		runs, err := s.Read(ctx, lane, from, limit)
		for i := len(runs) - 1; i > 0; i-- {
			if runs[i-1].Seal != nil && runs[i-1].First+uint64(runs[i-1].Count) == runs[i].First {
				runs[i-1].Count += runs[i].Count
				runs[i-1].Data = append(runs[i-1].Data, runs[i].Data...)
				runs = slices.Delete(runs, i, i+1)
			}
		}
		return runs, err
	})},
	{"forgets when events were put", "put/the time of acceptance comes back", reads(func(s *memory.Store, ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
		runs, err := s.Read(ctx, lane, from, limit)
		for i := range runs {
			runs[i].Put = noon
		}
		return runs, err
	})},
	{"does not count the newlines", "counters/follow puts, settles and drops", describes(func(l *store.Lane) { l.Bytes -= l.Events })},
	{"leaves what is aside out of its counters", "aside/counts as waiting", describes(func(l *store.Lane) { l.Events -= int64(len(l.Record.Aside)) })},
	{"does not count dead letters", "letter/is counted and makes its lane exist", describes(func(l *store.Lane) { l.Dead = 0 })},
	{"begins an empty lane again at 1", "drop/of what is not there is nothing", describes(func(l *store.Lane) { l.Next = uint64(l.Events) + 1 })},
	{"calls an empty lane old", "counters/follow puts, settles and drops", describes(func(l *store.Lane) {
		if l.Oldest.IsZero() {
			l.Oldest = noon
		}
	})},
	{"lists letters newest first", "letter/oldest first, of one lane or of all", func(s *memory.Store) store.Store {
		return &broken{Store: s, letters: func(ctx context.Context, lane string) iter.Seq2[store.Letter, error] {
			return backwards(s.Letters(ctx, lane))
		}}
	}},
	{"lists letters of all lanes", "letter/oldest first, of one lane or of all", func(s *memory.Store) store.Store {
		return &broken{Store: s, letters: func(ctx context.Context, _ string) iter.Seq2[store.Letter, error] { return s.Letters(ctx, "") }}
	}},
	{"ignores the prefix", "rider/listing by prefix, by key", func(s *memory.Store) store.Store {
		return &broken{Store: s, riders: func(ctx context.Context, _ string) iter.Seq2[store.Rider, error] { return s.Riders(ctx, "") }}
	}},
	{"takes the prefix for a folder", "rider/listing by prefix, by key", func(s *memory.Store) store.Store {
		return &broken{Store: s, riders: func(ctx context.Context, prefix string) iter.Seq2[store.Rider, error] {
			if prefix == "" || prefix[len(prefix)-1] == '/' {
				return s.Riders(ctx, prefix)
			}
			return s.Riders(ctx, prefix+"/")
		}}
	}},
	{"lists history newest first", "history/oldest first, since a time, of one lane", func(s *memory.Store) store.Store {
		return &broken{Store: s, history: func(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Attempt, error] {
			return backwards(s.History(ctx, lane, since))
		}}
	}},
	{"keeps one attempt for each moment", "history/attempts at one time are all kept", func(s *memory.Store) store.Store {
		return &broken{Store: s, history: func(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Attempt, error] {
			return func(yield func(store.Attempt, error) bool) {
				var last time.Time
				for a, err := range s.History(ctx, lane, since) {
					if err == nil && a.At.Equal(last) {
						continue
					}
					last = a.At
					if !yield(a, err) {
						return
					}
				}
			}
		}}
	}},
	{"never makes days of slots", "slot/days follow after 48 hours", func(s *memory.Store) store.Store {
		return &broken{Store: s, slots: func(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Slot, error] {
			return func(yield func(store.Slot, error) bool) {
				for slot, err := range s.Slots(ctx, lane, since) {
					slot.Width = store.SlotWidth
					if !yield(slot, err) {
						return
					}
				}
			}
		}}
	}},
	{"goes on after the end of a loop", "loop/may end early and be repeated", func(s *memory.Store) store.Store {
		return &broken{Store: s, riders: func(ctx context.Context, prefix string) iter.Seq2[store.Rider, error] {
			return func(yield func(store.Rider, error) bool) {
				for r, err := range s.Riders(ctx, prefix) {
					yield(r, err)
				}
			}
		}}
	}},
	{"holds its lock while a loop runs", "loop/its body may change the store", func(s *memory.Store) store.Store {
		var mu sync.Mutex
		return &broken{
			Store: s,
			commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
				if !mu.TryLock() {
					return store.Receipt{}, store.ErrBusy
				}
				defer mu.Unlock()
				return s.Commit(ctx, c)
			},
			letters: func(ctx context.Context, lane string) iter.Seq2[store.Letter, error] {
				return func(yield func(store.Letter, error) bool) {
					mu.Lock()
					defer mu.Unlock()
					s.Letters(ctx, lane)(yield)
				}
			},
		}
	}},
	{"uses the memory of what was read again", "put/the bytes of caller and store are not the same memory", func(s *memory.Store) store.Store {
		var mu sync.Mutex
		var given []store.Run
		return &broken{
			Store: s,
			commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
				mu.Lock()
				defer mu.Unlock()
				for _, r := range given {
					clear(r.Data)
				}
				return s.Commit(ctx, c)
			},
			read: func(ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
				mu.Lock()
				defer mu.Unlock()
				runs, err := s.Read(ctx, lane, from, limit)
				given = runs
				return runs, err
			},
		}
	}},
	{"gives its own value of a rider away", "rider/the value of caller and store are not the same memory", func(s *memory.Store) store.Store {
		var own sync.Map
		return &broken{Store: s, rider: func(ctx context.Context, key string) (store.Rider, error) {
			r, err := s.Rider(ctx, key)
			if err == nil {
				kept, _ := own.LoadOrStore(fmt.Sprint(key, r.Revision), r)
				r, _ = kept.(store.Rider)
			}
			return r, err
		}}
	}},
	{"lists on without a context", "loop/says that its context has ended", func(s *memory.Store) store.Store {
		return &broken{Store: s, riders: func(ctx context.Context, prefix string) iter.Seq2[store.Rider, error] {
			return s.Riders(context.WithoutCancel(ctx), prefix)
		}}
	}},
	{"has no rider and calls it an error", "rider/is made, replaced and removed", func(s *memory.Store) store.Store {
		return &broken{Store: s, rider: func(ctx context.Context, key string) (store.Rider, error) {
			r, err := s.Rider(ctx, key)
			if r.Revision == 0 {
				return r, errors.New("no such rider")
			}
			return r, err
		}}
	}},
}
