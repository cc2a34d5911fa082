package dispatch

import (
	"slices"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
)

// The limits of contract section 6.
const (
	maxAside   = 16       // single events of a lane that wait beside the queue
	largeBatch = 64 << 10 // bytes; a reset on a batch over this may mean "too large"
	maxResets  = 2        // in a row
)

// Outcome is what became of one attempt, as history names it.
type Outcome string

// The outcomes.
const (
	Delivered   Outcome = store.Delivered
	Retry       Outcome = "retry"  // the same request again, later
	Halved      Outcome = "halved" // two requests, at once
	Aside       Outcome = "aside"  // the single event finishes its schedule alone
	Dead        Outcome = "dead"
	Interrupted Outcome = "interrupted" // ours: nothing is counted, nothing changes
)

// Policy is what decides beside the answer: the whole of it comes from the
// configuration.
type Policy struct {
	Schedule retry.Schedule
	Repeat   bool // never give up: the last cycle again
	Disable  AutoDisable
}

// Verdict is what becomes of a request.
type Verdict struct {
	Outcome Outcome
	Record  store.Record  // the new one
	Letter  *store.Letter // without its events; Outcome is Dead
	Piece   store.Piece   // that was judged, as it was
	Tripped bool          // this failure disabled the integration
}

// Judge decides what becomes of the request for the piece with that key, and
// is the whole delivery policy: pure, so that a table can test it. A piece that
// is gone (a person dropped it) changes nothing.
func (p Policy) Judge(rec store.Record, key string, reply collector.Reply, now time.Time) Verdict {
	rec = clone(rec)
	at, aside := find(rec, key)
	if at < 0 || reply.Cause == collector.Interrupted || reply.Cause == collector.Local {
		return Verdict{Outcome: Interrupted, Record: rec}
	}
	list := &rec.Pieces
	if aside {
		list = &rec.Aside
	}
	v := Verdict{Piece: (*list)[at]}
	piece := &(*list)[at]

	if reply.OK() {
		rec.LastSuccess = now
		rec.Delivered += int64(piece.Events)
		count(&rec, p.Disable.Policy, now, 0)
		leave(&rec, at, aside)
		v.Outcome, v.Record = Delivered, rec
		return v
	}

	refused := reply.Status == 400 || reply.Status == 422
	tooLarge := reply.Status == 413
	if reply.Cause == collector.Reset && piece.Bytes > largeBatch {
		piece.Resets++
		tooLarge = piece.Resets >= maxResets
	} else {
		piece.Resets = 0
	}
	// Inside a halving a refusal is part of the failure that began it: no
	// attempt is used and nothing is counted.
	search := piece.Halved && (refused || tooLarge)
	if !search {
		count(&rec, p.Disable.Policy, now, 1)
	}
	if !search || aside || piece.Events == 1 && len(rec.Aside) >= maxAside {
		piece.Attempt++
	}
	piece.Status, piece.Error = reply.Status, failure(reply)
	rec.LastFailure, rec.LastStatus, rec.LastError = now, piece.Status, piece.Error
	asSuch := tooLarge || refused && (piece.Attempt >= p.Schedule.FirstCycle() || piece.Halved)

	switch {
	case asSuch && !aside && piece.Events > 1:
		// The halves need the events to find the middle: see [Split].
		v.Outcome = Halved
	case asSuch && !aside && len(rec.Aside) < maxAside && p.more(piece.Attempt):
		p.later(piece, reply, now)
		rec.Aside = append(rec.Aside, *piece)
		rec.Through = piece.Last
		rec.Pieces = slices.Delete(rec.Pieces, at, at+1)
		v.Outcome = Aside
	case p.more(piece.Attempt):
		p.later(piece, reply, now)
		v.Outcome = Retry
	default:
		v.Letter = letter(*piece, now)
		rec.Dead += int64(piece.Events)
		leave(&rec, at, aside)
		v.Outcome = Dead
	}
	v.Tripped = p.trip(&rec, now)
	v.Record = rec
	return v
}

// more reports whether there is another attempt after so many failures.
func (p Policy) more(failures int) bool {
	_, ok := p.Schedule.After(failures)
	return ok || p.Repeat
}

// later sets when the next attempt is due.
func (p Policy) later(piece *store.Piece, reply collector.Reply, now time.Time) {
	wait, ok := p.Schedule.After(piece.Attempt)
	if !ok {
		wait = p.Schedule.Repeat(piece.Attempt)
	}
	piece.Wait = retry.Raise(wait, reply.RetryAfter)
	piece.NotBefore = now.Add(piece.Wait)
}

// trip disables the integration when the window holds too many failures.
func (p Policy) trip(rec *store.Record, now time.Time) bool {
	if !p.Disable.Enabled || rec.Tripped != nil {
		return false
	}
	requests, failures := WindowSum(rec.Window, p.Disable.Policy, now)
	if !p.Disable.Policy.Trips(requests, failures) {
		return false
	}
	rec.Tripped = &store.Tripped{At: now, Requests: requests, Failures: failures}
	return true
}

// Due reports when a piece may be tried next. A time that is further ahead than
// the schedule ever put it was written before the clock went back: how much of
// the wait is over cannot be known, so it is, rather than lasting for years. One
// that is over by the wall clock alone is over: the machine slept, and with it
// the clock of this process.
func Due(p store.Piece, now time.Time) time.Time {
	ahead, wall := p.NotBefore.Sub(now), p.NotBefore.Round(0).Sub(now.Round(0))
	if ahead > p.Wait+p.Wait/10+time.Second || ahead > 0 && wall <= 0 {
		return now
	}
	return p.NotBefore
}

// Split replaces a halved piece by its halves: the first holds the events
// first to middle, of so many events and bytes.
func Split(rec store.Record, key string, middle uint64, events int, bytes int64) store.Record {
	rec = clone(rec)
	at, aside := find(rec, key)
	if at < 0 || aside {
		return rec
	}
	whole := rec.Pieces[at]
	whole.Halved, whole.Resets, whole.NotBefore, whole.Wait = true, 0, time.Time{}, 0
	a, b := whole, whole
	a.Last, a.Events, a.Bytes = middle, events, bytes
	b.First, b.Events, b.Bytes = middle+1, whole.Events-events, whole.Bytes-bytes
	a.Key, b.Key = halfKey(whole.Key, a.First, a.Last), halfKey(whole.Key, b.First, b.Last)
	rec.Pieces = slices.Replace(rec.Pieces, at, at+1, a, b)
	return rec
}

// find returns the place of a piece, or -1.
func find(rec store.Record, key string) (at int, aside bool) {
	has := func(p store.Piece) bool { return p.Key == key }
	if at = slices.IndexFunc(rec.Pieces, has); at >= 0 {
		return at, false
	}
	return slices.IndexFunc(rec.Aside, has), true
}

// leave takes a piece out of the lane.
func leave(rec *store.Record, at int, aside bool) {
	if aside {
		rec.GoneBytes += rec.Aside[at].Bytes
		rec.Aside = slices.Delete(rec.Aside, at, at+1)
		return
	}
	rec.GoneBytes += rec.Pieces[at].Bytes
	rec.Through = rec.Pieces[at].Last
	rec.Pieces = slices.Delete(rec.Pieces, at, at+1)
}

// clone makes the slices of a record its own.
func clone(rec store.Record) store.Record {
	rec.Pieces = slices.Clone(rec.Pieces)
	rec.Aside = slices.Clone(rec.Aside)
	rec.Window = slices.Clone(rec.Window)
	return rec
}

func letter(p store.Piece, now time.Time) *store.Letter {
	return &store.Letter{
		ID: letterID(p.Key), Key: p.Key, Format: p.Format, Events: p.Events,
		Created: p.Created, Died: now, Attempts: p.Attempt, Status: p.Status, Reason: p.Error,
	}
}
