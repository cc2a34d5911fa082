package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// edited is an engine that does another change than it was given.
func edited(edit func(ctx context.Context, s *memory.Store, c *store.Change)) func(*memory.Store) store.Store {
	return func(s *memory.Store) store.Store {
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			c.Blocks, c.Riders, c.Settles = slices.Clone(c.Blocks), slices.Clone(c.Riders), slices.Clone(c.Settles)
			edit(ctx, s, &c)
			return s.Commit(ctx, c)
		}}
	}
}

func settles(edit func(*store.Settle)) func(*memory.Store) store.Store {
	return edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		for i := range c.Settles {
			edit(&c.Settles[i])
		}
	})
}

// changeMutants get Commit wrong.
var changeMutants = []mutant{
	{"forgets a rider", "race/one change committed by many is done once", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		if len(c.Blocks) > 0 {
			c.Riders = nil
		}
	})},
	{"applies the blocks of a change that conflicts", "rider/conflict leaves nothing", func(s *memory.Store) store.Store {
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			receipt, err := s.Commit(ctx, c)
			if conflict := new(store.ConflictError); errors.As(err, &conflict) {
				_, _ = s.Commit(ctx, blocks(c.Blocks...))
			}
			return receipt, err
		}}
	}},
	{"applies the settles that do not conflict", "settle/all or none", func(s *memory.Store) store.Store {
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			receipt, err := s.Commit(ctx, c)
			if err != nil {
				for _, settle := range c.Settles {
					_, _ = s.Commit(ctx, store.Change{Settles: []store.Settle{settle}})
				}
			}
			return receipt, err
		}}
	}},
	{"ignores the revision of a record", "settle/from another revision conflicts", edited(func(ctx context.Context, s *memory.Store, c *store.Change) {
		for i := range c.Settles {
			lane, _ := s.Lane(ctx, c.Settles[i].Lane)
			c.Settles[i].Revision = lane.Record.Revision
		}
	})},
	{"ignores the revision of a rider", "rider/from another revision conflicts", edited(func(ctx context.Context, s *memory.Store, c *store.Change) {
		for i := range c.Riders {
			r, _ := s.Rider(ctx, c.Riders[i].Key)
			c.Riders[i].Revision = r.Revision
		}
	})},
	{"looks at the revision of a record, and writes it later", "race/no settle is lost", edited(func(ctx context.Context, s *memory.Store, c *store.Change) {
		for i := range c.Settles {
			lane, _ := s.Lane(ctx, c.Settles[i].Lane)
			if lane.Record.Revision != c.Settles[i].Revision {
				return
			}
			time.Sleep(time.Millisecond)
			lane, _ = s.Lane(ctx, c.Settles[i].Lane)
			c.Settles[i].Revision = lane.Record.Revision
		}
	})},
	{"looks at the revision of a rider, and writes it later", "race/no update of a rider is lost", edited(func(ctx context.Context, s *memory.Store, c *store.Change) {
		for i := range c.Riders {
			r, _ := s.Rider(ctx, c.Riders[i].Key)
			if r.Revision != c.Riders[i].Revision {
				return
			}
			time.Sleep(time.Millisecond)
			r, _ = s.Rider(ctx, c.Riders[i].Key)
			c.Riders[i].Revision = r.Revision
		}
	})},
	{"acknowledges a change and loses it, now and then", "race/every acknowledged event is there, in the order of its writer", func(s *memory.Store) store.Store {
		var n atomic.Int64
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			if n.Add(1)%50 == 0 {
				return store.Receipt{}, nil
			}
			return s.Commit(ctx, c)
		}}
	}},
	{"applies repeats", "repeat/of blocks", edited(func(_ context.Context, _ *memory.Store, c *store.Change) { c.ID = "" })},
	{"knows a repeat only until the next change", "repeat/after many other changes", func(s *memory.Store) store.Store {
		var mu sync.Mutex
		var last, now string
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			mu.Lock()
			defer mu.Unlock()
			if c.ID != last {
				last, now = c.ID, rand.Text()
			}
			if c.ID != "" {
				c.ID = now
			}
			return s.Commit(ctx, c)
		}}
	}},
	{"takes a change that failed for one that was committed", "repeat/what failed was not committed", func(s *memory.Store) store.Store {
		var seen sync.Map
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			if _, known := seen.LoadOrStore(c.ID, true); known && c.ID != "" {
				return store.Receipt{Repeated: true}, nil
			}
			return s.Commit(ctx, c)
		}}
	}},
	{"ignores the caps", "cap/to the last byte and not one more", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		for i := range c.Blocks {
			c.Blocks[i].Lanes = slices.Clone(c.Blocks[i].Lanes)
			for j := range c.Blocks[i].Lanes {
				c.Blocks[i].Lanes[j].Cap = 0
			}
		}
	})},
	{"looks at the cap of the first block only", "cap/counts the blocks of a change together", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		for i := range c.Blocks {
			c.Blocks[i].Lanes = slices.Clone(c.Blocks[i].Lanes)
			for j := range c.Blocks[i].Lanes {
				if i > 0 {
					c.Blocks[i].Lanes[j].Cap = 0
				}
			}
		}
	})},
	{"forgets the seals", "read/seals come back and join nothing", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		for i := range c.Blocks {
			c.Blocks[i].Seal = nil
		}
	})},
	{"stores the blocks of a change in the wrong order", "put/blocks of one change keep their order", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		slices.Reverse(c.Blocks)
	})},
	{"stores a block in its first lane only", "put/lanes share a block, each with its own numbers", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		for i := range c.Blocks {
			c.Blocks[i].Lanes = c.Blocks[i].Lanes[:1]
		}
	})},
	{"collects what is aside", "aside/an event aside outlives those around it", settles(func(s *store.Settle) {
		for _, p := range s.Record.Aside {
			s.Drop = append(s.Drop, store.Span{First: p.First, Last: p.Last})
		}
	})},
	{"collects in all lanes what one has used up", "settle/a lane does not use up what another one needs", func(s *memory.Store) store.Store {
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			receipt, err := s.Commit(ctx, c)
			lanes, _ := s.Lanes(ctx)
			for _, settle := range c.Settles {
				for _, lane := range lanes {
					if err == nil && lane.Name != settle.Lane {
						drop := []store.Span{{First: 1, Last: settle.Record.Through}}
						_, _ = s.Commit(ctx, store.Change{Settles: []store.Settle{{
							Lane: lane.Name, Revision: lane.Record.Revision, Record: lane.Record, Drop: drop,
						}}})
					}
				}
			}
			return receipt, err
		}}
	}},
	{"does not drop", "drop/splits a block", settles(func(s *store.Settle) { s.Drop = nil })},
	{"drops whole runs", "drop/splits a block", edited(func(ctx context.Context, s *memory.Store, c *store.Change) {
		for i := range c.Settles {
			runs, _ := s.Read(ctx, c.Settles[i].Lane, 1, store.Limit{})
			for _, d := range slices.Clone(c.Settles[i].Drop) {
				for _, r := range runs {
					if last := r.First + uint64(r.Count) - 1; r.First <= d.Last && d.First <= last {
						c.Settles[i].Drop = append(c.Settles[i].Drop, store.Span{First: r.First, Last: last})
					}
				}
			}
		}
	})},
	{"ignores Settle.Next", "next/conflicts when others have put", settles(func(s *store.Settle) { s.Next = 0 })},
	{"counts attempts twice", "slot/counts attempts by five minutes", settles(func(s *store.Settle) { s.Attempts = append(s.Attempts, s.Attempts...) })},
	{"ignores the retention", "history/retention ends at the newest attempt", settles(func(s *store.Settle) { s.Retention = 0 })},
	{"forgets a part of the record", "settle/replaces the whole record and counts the writes", settles(func(s *store.Settle) { s.Record.Tripped = nil })},
	{"never removes", "remove/takes everything of the lane", edited(func(_ context.Context, _ *memory.Store, c *store.Change) { c.Remove = nil })},
	{"keeps the record of a removed lane", "remove/a lane added again is a new one", func(s *memory.Store) store.Store {
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			var old []store.Lane
			for _, name := range c.Remove {
				lane, _ := s.Lane(ctx, name)
				old = append(old, lane)
			}
			receipt, err := s.Commit(ctx, c)
			for _, lane := range old {
				_, _ = s.Commit(ctx, store.Change{Settles: []store.Settle{{Lane: lane.Name, Record: lane.Record}}})
			}
			return receipt, err
		}}
	}},
	{"keeps the dead letters of a removed lane", "remove/takes everything of the lane", func(s *memory.Store) store.Store {
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			var kept []store.Letter
			for _, name := range c.Remove {
				for l := range s.Letters(ctx, name) {
					kept = append(kept, l)
				}
			}
			receipt, err := s.Commit(ctx, c)
			_, _ = s.Commit(ctx, store.Change{Letters: kept})
			return receipt, err
		}}
	}},
	{"never buries", "letter/burying", edited(func(_ context.Context, _ *memory.Store, c *store.Change) { c.Bury = nil })},
	{"keeps a letter for each time it comes", "letter/replaces the one with its ID", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		c.Letters = slices.Clone(c.Letters)
		for i := range c.Letters {
			c.Letters[i].ID = c.Letters[i].ID + rand.Text()
		}
	})},
	{"keeps a reject for each time it comes", "reject/oldest first, each once", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		c.Rejects = slices.Clone(c.Rejects)
		for i := range c.Rejects {
			c.Rejects[i].ID = c.Rejects[i].ID + rand.Text()
		}
	})},
	{"ignores the cap of the rejects", "reject/the cap is for all, and what does not fit is not kept", edited(func(_ context.Context, _ *memory.Store, c *store.Change) { c.RejectsCap = 0 })},
	{"takes upper for lower case", "put/lanes with names alike stay apart", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		for i := range c.Blocks {
			c.Blocks[i].Lanes = slices.Clone(c.Blocks[i].Lanes)
			for j := range c.Blocks[i].Lanes {
				c.Blocks[i].Lanes[j].Lane = strings.ToLower(c.Blocks[i].Lanes[j].Lane)
			}
		}
	})},
	{"tidies the events up", "put/events come back byte for byte", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		for i := range c.Blocks {
			c.Blocks[i].Data = bytes.ToValidUTF8(c.Blocks[i].Data, []byte("?"))
		}
	})},
	{"makes a trace of an empty change", "put/an empty change is nothing", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		if len(c.Blocks)+len(c.Riders)+len(c.Settles)+len(c.Letters)+len(c.Rejects)+len(c.Bury)+len(c.Forget)+len(c.Remove) == 0 {
			c.Riders = []store.Rider{{Key: "empty", Value: []byte("1")}}
		}
	})},
	{"takes an empty value for a removal", "rider/an empty value is a value", edited(func(_ context.Context, _ *memory.Store, c *store.Change) {
		for i := range c.Riders {
			if len(c.Riders[i].Value) == 0 {
				c.Riders[i].Value = nil
			}
		}
	})},
}
