package bolt

import (
	"encoding/json"

	"github.com/wnotify/wnotify/store"
)

// holds is how many events of a batch are among those held.
func holds(held []store.Span, p store.Piece) (events int) {
	for _, s := range held {
		if first, last := max(s.First, p.First), min(s.Last, p.Last); first <= last {
			events += int(last - first + 1)
		}
	}
	return events
}

// mend takes the batches out of a record whose events were not all found: a key
// never comes with other bytes. What is left of one is named anew, and so is
// what stands behind it, since names are given in order.
func mend(r *store.Record, held []store.Span) (mended bool) {
	var pieces, aside []store.Piece
	for _, p := range r.Pieces {
		n := holds(held, p)
		if n == p.Events {
			pieces = append(pieces, p)
		} else if n > 0 {
			break
		}
	}
	for _, p := range r.Aside {
		if holds(held, p) > 0 {
			aside = append(aside, p)
		}
	}
	mended = len(pieces) < len(r.Pieces) || len(aside) < len(r.Aside)
	r.Pieces, r.Aside = pieces, aside
	return mended
}

// mend returns the record of a lane as it goes into the new file, and nil if it
// is there already.
func (l *wreckedLane) mend(name string, held []store.Span) ([]byte, error) {
	if l.record == nil {
		return nil, nil
	}
	var r store.Record
	h, _, text, err := decodeHead(l.record)
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil || !mend(&r, held) {
		return nil, err
	}
	if text, err = json.Marshal(&r); err != nil {
		return nil, err
	}
	return encodeRecord(name, h.writer, h.revision, &r, text), nil
}
