package dispatch

import (
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/store"
)

// attempt makes one request for a piece that is on disk by name, and settles
// what became of it.
func (l *lane) attempt(i Integration, piece store.Piece) error {
	if at, _ := find(l.base, piece.Key); at < 0 {
		return l.join() // its name is still on the way to the disk
	}
	b, err := l.batch(piece)
	if err != nil {
		return err
	}
	format := payload.Format(piece.Format)
	_, aside := find(l.base, piece.Key)
	l.tried = true
	reply := l.Sender.Send(l.wire, i.Endpoint, collector.Request{
		Body: format.Body(b.events(format.Separator())...), Key: piece.Key, Type: format.ContentType(),
	})
	if reply.Warn != nil && !l.warned {
		l.warned = true
		l.Log.Warn().Str("integration", l.name).Err(reply.Warn).Msg("the old one stays in use")
	}
	switch reply.Cause {
	case collector.Local:
		l.local(reply.Err)
		if _, short := collector.Shortage(reply.Err); short && !l.staying() {
			l.rest = time.Now().Add(heldAgain)
			return nil
		}
		return errLeave
	case collector.Interrupted:
		return errLeave
	}
	l.usable()
	if !aside {
		l.healthy = reply.OK()
		l.flows.Store(l.healthy)
	}
	l.pending = append(l.pending, outcome{key: piece.Key, reply: reply, at: time.Now(), batch: b})
	delete(l.batches, piece.Key)
	return l.settle(i)
}

// batch returns a piece with its events, from memory or from the store.
func (l *lane) batch(piece store.Piece) (batch, error) {
	if b, ok := l.batches[piece.Key]; ok {
		return b, nil
	}
	g := gather{
		exact: true, by: payload.Format(piece.Format).Separator(),
		limits: limits{events: piece.Events, bytes: piece.Bytes + 1},
	}
	if err := l.fill(&g, piece.First, piece.Last+1); err != nil {
		return batch{}, err
	}
	if g.first != piece.First || g.last != piece.Last || g.bytes != piece.Bytes {
		return batch{}, &store.CorruptError{What: "batch " + piece.Key, Lane: l.name, Span: store.Span{First: piece.First, Last: piece.Last}}
	}
	return batch{piece: piece, rows: g.rows}, nil
}

// extend names the next batch, and the one after it while the lane is healthy
// and a full batch is there: so the wire need not wait for the disk.
func (l *lane) extend(rec *store.Record, i Integration) error {
	if rec.Tripped != nil {
		return nil
	}
	for len(rec.Pieces) < 2 {
		ahead := len(rec.Pieces) == 1
		if ahead && (!l.healthy || rec.Pieces[0].Attempt > 0) {
			return nil
		}
		b, full, err := l.form(rec, i)
		if err != nil || b.piece.Events == 0 || ahead && !full {
			return err
		}
		rec.Pieces = append(rec.Pieces, b.piece)
		l.batches[b.piece.Key] = b
	}
	return nil
}

// form gathers the next batch of a lane; full says that it could not be larger.
func (l *lane) form(rec *store.Record, i Integration) (b batch, full bool, err error) {
	n := rec.Through + 1
	if k := len(rec.Pieces); k > 0 {
		n = rec.Pieces[k-1].Last + 1
	}
	end := l.next.Load()
	if l.end != 0 {
		end = min(end, l.end)
	}
	if n >= end || len(rec.Pieces) == 1 && end-n < uint64(i.BatchEvents) && l.hot.ahead(l.name, n) < i.BatchBytes {
		return batch{}, false, nil
	}
	g := gather{by: i.Format.Separator(), limits: limits{events: i.BatchEvents, bytes: i.BatchBytes}}
	if err := l.fill(&g, n, end); err != nil {
		return batch{}, false, err
	}
	if g.events == 0 {
		if len(rec.Pieces) == 0 {
			rec.Through = end - 1 // all of them were dropped
		}
		return batch{}, false, nil
	}
	install, err := l.Store.Install(l.hard)
	if err != nil {
		return batch{}, false, err
	}
	return g.batch(install, rec.ID, string(i.Format), time.Now()), g.full, nil
}

// fill gathers events from number n on, up to but not including end.
func (l *lane) fill(g *gather, n, end uint64) error {
	for n < end && !g.full && g.events < g.limits.events {
		if b, index := l.hot.at(l.name, n); b != nil {
			n += uint64(g.add(b, index, n))
			b.done() // the batch uses it itself
			continue
		}
		runs, err := l.Store.Read(l.hard, l.name, n, store.Limit{
			Events: g.limits.events - g.events,
			Bytes:  max(g.limits.bytes-g.bytes, 1),
		})
		if err != nil || len(runs) == 0 {
			return err
		}
		for _, r := range runs {
			if r.First >= end {
				return nil
			}
			b := newBlock(r.Data, nil, r.Seal).turn(g.by)
			took := g.add(b, 0, r.First)
			if n = r.First + uint64(took); g.full {
				return nil
			}
		}
	}
	return nil
}
