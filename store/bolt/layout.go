package bolt

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

// The buckets:
//
//	meta                             state, kept
//	changes/<row>                    IDs of the last changes
//	blocks/<sequence>                head and events of a small block
//	large/<sequence>/block           of a large one
//	lanes/<name>/{tail,record}       counters; the truth about delivery
//	lanes/<name>/refs/<first>        where the events are
//	lanes/<name>/history/<at+change> attempts; the sequence is their number
//	lanes/<name>/stats/<width+start> slots
//	dead/<died+ID>, dead-ids/<ID>    letters, oldest first, and where one is
//	rejects/<at+ID>, reject-ids/<ID> rejects, likewise
//	riders/<key>
var (
	bMeta      = []byte("meta")
	bChanges   = []byte("changes")
	bBlocks    = []byte("blocks") // has the sequence of all blocks
	bLarge     = []byte("large")  // since schema 2
	bLanes     = []byte("lanes")
	bDead      = []byte("dead")
	bDeadIDs   = []byte("dead-ids")
	bRejects   = []byte("rejects")
	bRejectIDs = []byte("reject-ids")
	bRiders    = []byte("riders")
	topBuckets = [][]byte{bMeta, bChanges, bBlocks, bLarge, bLanes, bDead, bDeadIDs, bRejects, bRejectIDs, bRiders}

	bRefs    = []byte("refs")
	bHistory = []byte("history")
	bStats   = []byte("stats")

	kState  = []byte("state")
	kKept   = []byte("kept")
	kTail   = []byte("tail")
	kRecord = []byte("record")
	kBlock  = []byte("block")
)

const appendOnly = 0.9 // fill of the pages of a bucket that only grows at its end

func be64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func fromBE64(k []byte) uint64 {
	if len(k) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(k)
}

// timeKey sorts as time does.
func timeKey(t time.Time) uint64 { return uint64(nanos(t)) ^ 1<<63 }

// timeOf is the time that a key of at least 8 bytes begins with.
func timeOf(k []byte) time.Time { return fromNanos(int64(binary.BigEndian.Uint64(k) ^ 1<<63)) }

// nanos is a time as a number, 0 for the zero time.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func fromNanos(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// changeID is what is kept of a change to know it again. The zero one is
// nobody's.
type changeID [16]byte

func hashID(id string) (h changeID) {
	if id != "" {
		sum := sha256.Sum256([]byte(id))
		copy(h[:], sum[:])
	}
	return h
}

// ref says where a row of events of a lane is: in a block, from an index on.
type ref struct {
	first, block, index, count uint64
	bytes                      int64
	put                        int64
}

func (r ref) last() uint64     { return r.first + r.count - 1 }
func (r ref) span() store.Span { return store.Span{First: r.first, Last: r.last()} }

func (r ref) encode(lane string) []byte {
	e := begin(make([]byte, 0, envelopeSize+len(lane)+48), kindRef, r.block)
	e.str(lane)
	e.num(r.first)
	e.num(r.index)
	e.num(r.count)
	e.int(r.bytes)
	e.int(r.put)
	return e.seal()
}

func decodeRef(v []byte) (r ref, lane string, err error) {
	block, p, err := unseal(v, kindRef)
	if err != nil {
		return r, "", err
	}
	lane = p.str()
	r = ref{block: block, first: p.num(), index: p.num(), count: p.num(), bytes: p.int(), put: p.int()}
	if p.bad || r.count == 0 || r.first == 0 || r.first+r.count < r.first {
		return r, lane, errEnvelope
	}
	return r, lane, nil
}

// tail is what a lane counts.
type tail struct {
	writes uint64
	next   uint64 // number
	events int64  // ever put
	bytes  int64
	dead   int64 // letters there are
	lost   int64 // their bytes
}

func (t tail) encode(lane string) []byte {
	e := begin(nil, kindTail, t.writes)
	e.str(lane)
	e.num(t.next)
	e.int(t.events)
	e.int(t.bytes)
	e.int(t.dead)
	e.int(t.lost)
	return e.seal()
}

func decodeTail(v []byte) (t tail, lane string, err error) {
	writes, p, err := unseal(v, kindTail)
	if err != nil {
		return t, "", err
	}
	lane = p.str()
	t = tail{writes: writes, next: p.num(), events: p.int(), bytes: p.int(), dead: p.int(), lost: p.int()}
	if p.bad || t.next == 0 {
		return t, lane, errEnvelope
	}
	return t, lane, nil
}

// head is what the engine itself needs of a record, so that it does not
// decode the whole for each event.
type head struct {
	revision uint64
	id       string // of the lane
	writer   changeID
	need     store.Record // only what Needs reads
	gone     int64
	goneSize int64
	promise  bool
}

func encodeRecord(lane string, writer changeID, revision uint64, r *store.Record, json []byte) []byte {
	e := begin(nil, kindRecord, revision)
	e.str(lane)
	e.str(r.ID)
	e.raw(writer[:])
	e.num(r.Through)
	e.int(r.Gone())
	e.int(r.GoneBytes)
	promise := uint64(0)
	if r.Promise {
		promise = 1
	}
	e.num(promise)
	e.num(uint64(len(r.Aside)))
	for _, a := range r.Aside {
		e.num(a.First)
		e.num(a.Last)
	}
	e.raw(json)
	return e.seal()
}

func decodeHead(v []byte) (h head, lane string, json []byte, err error) {
	revision, p, err := unseal(v, kindRecord)
	if err != nil {
		return h, "", nil, err
	}
	lane = p.str()
	h.revision = revision
	h.id = p.str()
	copy(h.writer[:], p.take(uint64(len(h.writer))))
	h.need.Through = p.num()
	h.gone, h.goneSize = p.int(), p.int()
	h.promise = p.num() == 1
	n := p.num()
	if n > uint64(len(p.b)) {
		return h, lane, nil, errEnvelope
	}
	for range n {
		h.need.Aside = append(h.need.Aside, store.Piece{First: p.num(), Last: p.num()})
	}
	if p.bad {
		return h, lane, nil, errEnvelope
	}
	slices.SortFunc(h.need.Aside, func(a, b store.Piece) int { return cmp.Compare(a.First, b.First) })
	return h, lane, p.b, nil
}

// next is the span of needed numbers that contains n or comes after it.
func (h *head) next(n uint64) store.Span {
	for _, a := range h.need.Aside {
		if a.Last >= n && a.First <= h.need.Through {
			return store.Span{First: max(n, a.First), Last: min(a.Last, h.need.Through)}
		}
	}
	return store.Span{First: max(n, h.need.Through+1), Last: math.MaxUint64}
}

// waiting is what a lane still needs of a reference, whose events are data.
func (h *head) waiting(r ref, data []byte) (events, size int64) {
	for n := r.first; n <= r.last(); {
		need := h.next(n)
		if need.First > r.last() {
			break
		}
		last := min(need.Last, r.last())
		events += int64(last - need.First + 1)
		size += int64(len(lines(data, need.First-r.first, last-need.First+1)))
		n = last + 1
	}
	return events, size
}
