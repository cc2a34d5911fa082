package dispatch

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/wnotify/wnotify/dispatch/intake"
)

// Input is what a run reads.
type Input struct {
	Paths        []string  // files; "-" is Stdin; none: Stdin
	Stdin        io.Reader // may be nil when no path needs it
	Integrations []string  // -i: these, whatever they select
	As           string    // --as: the type of objects without one
	From         intake.From
	Final        bool  // incomplete JSON at the end of a file is a reject
	Follow       bool  // files grow
	MaxEvent     int64 // bytes
	StopInvalid  bool  // --on-invalid stop
}

// errInvalid ends the reading under --on-invalid stop.
var errInvalid = errors.New("invalid input")

// carefully is how many events of a followed file are committed one by one at
// most, when no queue had room.
const carefully = 1000

// accept reads the input of a run and commits it, chunk by chunk.
type accept struct {
	*run

	in     Input
	begun  map[string]bool // paths whose cursor this run has moved: --from is done with
	router *router
	chunk  *chunk
	random string // of the changes whose input has no place of its own
	serial int
	queue  *committer
}

// accept reads everything; when it returns nil all of it is on disk.
func (r *run) accept(ctx context.Context, in Input) error {
	if len(in.Paths) == 0 {
		in.Paths = []string{"-"}
	}
	begun := map[string]bool{}
	err := r.acceptOnce(ctx, in, begun, false)
	for errors.Is(err, errNoRoom) {
		// A file must stop right before the event that nobody takes: from its
		// cursor on it is read again, an event a commit.
		err = r.acceptOnce(ctx, in, begun, true)
		if in.Follow && errors.Is(err, errNoRoom) {
			r.awaitRoom(ctx)
			err = r.acceptOnce(ctx, in, begun, false)
		} else if errors.Is(err, errNoRoom) {
			return nil
		}
	}
	if errors.Is(err, errInvalid) {
		return nil
	}
	return err
}

func (r *run) acceptOnce(ctx context.Context, in Input, begun map[string]bool, careful bool) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	a := &accept{run: r, in: in, begun: begun, random: rand.Text(), queue: newCommitter(r, careful)}
	a.queue.patient = in.Follow
	committed := make(chan error, 1)
	go func() {
		err := a.queue.loop()
		if err != nil {
			stop() // who waits for input would not notice
		}
		committed <- err
	}()
	var err error
	if in.Follow {
		err = a.follow(ctx)
	} else {
		err = a.read(ctx)
	}
	a.offer()
	a.queue.close()
	cerr := <-committed
	for key := range a.queue.revs {
		begun[a.queue.origins[key]] = true
	}
	if cerr != nil {
		return cerr
	}
	return err
}

// read reads one source after the other. A file that cannot be read is noted,
// the others are read.
func (a *accept) read(ctx context.Context) error {
	for _, path := range a.in.Paths {
		if ctx.Err() != nil || a.queue.failed() {
			return nil //nolint:nilerr // what could not be read was noted
		}
		err := a.source(ctx, path)
		if unreadable, ok := errors.AsType[*UnreadableError](err); ok {
			a.sum.unreadable(unreadable)
			continue
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// source reads one file, or standard input.
func (a *accept) source(ctx context.Context, path string) error {
	src, err := a.openSource(ctx, path)
	if err != nil {
		return err
	}
	defer func() {
		a.mark(src)
		a.offer()
		a.queue.settle() // the file is ours until its cursor is on disk
		src.close()
	}()
	stop := context.AfterFunc(ctx, src.Stop)
	defer stop()
	for read := 0; !a.queue.failed(); read++ {
		if a.queue.careful && a.queue.patient && read == carefully {
			return errNoRoom // perhaps there is room again: go on in larger steps
		}
		if a.chunk == nil { // each begins with what the configuration says now
			a.refresh(src)
		}
		waits := !src.Ready()
		if waits {
			a.mark(src)
			a.offer()
		}
		item, err := src.Next()
		if err != nil {
			return a.ended(src, err)
		}
		if waits {
			a.refresh(src) // it may have been long
		}
		if item.Resume.File != src.at.File {
			a.mark(src)
		}
		if a.in.StopInvalid {
			if _, err := a.recognise(&item); err != nil {
				a.chunk.counts.read++
				a.chunk.counts.rejected++
				a.sum.stop(path, item.Place, err)
				return errInvalid
			}
		}
		a.item(path, &item)
		src.at = item.Resume
		if len(a.chunk.data) >= chunkSize || a.queue.careful {
			a.mark(src)
			a.offer()
		}
	}
	return nil
}

// ended tells the end of a source from a failure.
func (a *accept) ended(src *source, err error) error {
	if broken := src.failure(); broken != nil {
		return broken
	}
	if errors.Is(err, io.EOF) {
		src.passOver()
		a.sum.end(src.end())
		return nil
	}
	return &UnreadableError{Path: src.path, Err: err}
}

// refresh takes up a changed configuration. What was routed by the old one is
// handed over with the cursor behind it, never without.
func (a *accept) refresh(src *source) {
	if s := a.Settings(); a.router == nil || a.router.settings != s {
		a.mark(src)
		a.offer()
		a.chunk = nil // it belongs to the old one
		a.router = newRouter(s, a.in.Integrations)
		a.queue.counter.Use(s.Triggers)
	}
	if a.chunk == nil {
		a.chunk = newChunk(a.router)
	}
}

// item routes one item into the chunk.
func (a *accept) item(path string, item *intake.Item) {
	c := a.chunk
	c.counts.read++
	e, err := a.recognise(item)
	if err != nil {
		a.reject(path, item, err)
		return
	}
	if e.Skip {
		c.counts.skipped++
		return
	}
	if a.queue.counter.Wants(e.Kind) {
		c.notes = a.queue.note(c.notes, &e, time.Now())
	}
	set := a.router.set(&e)
	if len(a.router.sets[set]) == 0 {
		c.counts.unrouted++
		return
	}
	c.add(&e, set)
}

// mark makes the cursor of a file travel with what was read from it.
func (a *accept) mark(src *source) {
	a.sum.reached(src.path, src.at.Offset)
	rider, ok, err := src.rider()
	if err != nil {
		a.queue.fail(err)
	}
	if !ok {
		return
	}
	if a.chunk == nil {
		a.chunk = newChunk(a.router)
	}
	a.queue.comes(rider.Key, src.path)
	a.chunk.ride(rider)
	if a.chunk.id == "" {
		// The revision tells a file that is sent again on purpose from a repeat.
		a.chunk.id = fmt.Sprintf("%s/%d@%d-%d", rider.Key, rider.Revision, src.marked.Offset, src.at.Offset)
	}
	src.marked = src.at
}

// offer hands the chunk to the committer.
func (a *accept) offer() {
	if a.chunk == nil || a.chunk.empty() {
		return
	}
	if a.chunk.id == "" {
		a.serial++
		a.chunk.id = fmt.Sprintf("%s/%d", a.random, a.serial)
	}
	a.queue.put(a.chunk)
	a.chunk = nil
}
