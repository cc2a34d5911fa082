package bolt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/wnotify/wnotify/store"
)

// wreck is what a search of a damaged file for envelopes finds. Of what was
// written more than once, the newest; what was deleted may be there again, for
// nothing erases it.
type wreck struct {
	file    *os.File
	install string
	lanes   map[string]*wreckedLane
	riders  map[string]found
	changes map[uint64][]byte
	letters map[string]store.Letter
	rejects map[string]store.Reject
	blocks  map[uint64]found // by sequence
}

type wreckedLane struct {
	tail     tail
	record   []byte // envelope
	revision uint64
	attempts map[string][]byte // key → envelope
	slots    map[string]found
}

// found is the newest of several envelopes, or where it is.
type found struct {
	counter uint64
	value   []byte
	at      int64
	size    int64
}

// window is how much is read at once, in bytes.
const window = 4 << 20

// scan searches a file. An error is one of reading: then nothing is known.
func scan(f *os.File) (*wreck, error) {
	w := &wreck{
		file: f, lanes: map[string]*wreckedLane{}, riders: map[string]found{}, changes: map[uint64][]byte{},
		letters: map[string]store.Letter{}, rejects: map[string]store.Reject{}, blocks: map[uint64]found{},
	}
	buf := make([]byte, window)
	for base := int64(0); ; {
		n, err := f.ReadAt(buf, base)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("the disk cannot read %s at byte %d, so it is left alone: %w", f.Name(), base, err)
		}
		end := errors.Is(err, io.EOF)
		for at := 0; at < n; {
			i := bytes.Index(buf[at:n], []byte(envelopeMagic))
			if i < 0 {
				break
			}
			size, err := w.envelope(base + int64(at+i))
			if err != nil {
				return nil, err
			}
			at += i + max(1, size)
		}
		if end {
			return w, nil
		}
		base += int64(n - len(envelopeMagic) + 1)
	}
}

// envelope looks at one that may begin at a place, and returns its size, 0 if
// there is none.
func (w *wreck) envelope(at int64) (int, error) {
	head := make([]byte, envelopeSize)
	if n, err := w.file.ReadAt(head, at); n < len(head) {
		return 0, ignoreEOF(err)
	}
	size := int64(binary.LittleEndian.Uint32(head[8:])) + envelopeSize
	if head[4] == 0 || size > maxBlock {
		return 0, nil
	}
	fi, err := w.file.Stat()
	if err != nil || at+size > fi.Size() {
		return 0, err
	}
	v := make([]byte, size)
	if n, err := w.file.ReadAt(v, at); int64(n) < size {
		return 0, ignoreEOF(err)
	}
	k := kind(v[5])
	counter, p, err := unseal(v, k)
	if errors.Is(err, store.ErrNewer) {
		return 0, fmt.Errorf("%w: %s, at byte %d", err, w.file.Name(), at)
	}
	if err != nil {
		return 0, nil //nolint:nilerr // it is no envelope, or a broken one
	}
	return int(size), w.keep(k, counter, p, v, at)
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// keep remembers an envelope if it is newer than what is there.
func (w *wreck) keep(k kind, counter uint64, p payload, v []byte, at int64) error {
	switch k {
	case kindState:
		if n := p.num(); n > schema {
			return fmt.Errorf("%w: %s has schema %d", store.ErrNewer, w.file.Name(), n)
		}
		w.install = p.str()
	case kindChanges:
		if len(p.b) > len(w.changes[counter]) {
			w.changes[counter] = p.b
		}
	case kindBlock:
		w.blocks[counter] = found{at: at, size: int64(len(v))}
	case kindTail:
		if t, name, err := decodeTail(v); err == nil && t.writes >= w.lane(name).tail.writes {
			w.lane(name).tail = t
		}
	case kindRecord:
		if h, name, _, err := decodeHead(v); err == nil && h.revision >= w.lane(name).revision {
			w.lane(name).record, w.lane(name).revision = v, h.revision
		}
	case kindAttempt:
		if nano, name, text, err := decodeAttempt(v); err == nil {
			key := agedKey(fromNanos(nano), string(be64(counter))+string(sumOf(text)))
			w.lane(name).attempts[string(key)] = v
		}
	case kindSlot:
		if s, name, n, err := decodeSlot(v); err == nil {
			key := string(slotKey(s.Start, s.Width))
			if n >= w.lane(name).slots[key].counter {
				w.lane(name).slots[key] = found{counter: n, value: v}
			}
		}
	case kindLetter:
		if l, err := decodeLetter(v); err == nil && !l.Died.Before(w.letters[l.ID].Died) {
			w.letters[l.ID] = l
		}
	case kindReject:
		if r, err := decodeReject(v); err == nil {
			w.rejects[r.ID] = r
		}
	case kindRider:
		if key := p.str(); !p.bad && counter >= w.riders[key].counter {
			w.riders[key] = found{counter: counter, value: v}
		}
	case kindKept, kindRef, kindIndex: // these are made anew
	}
	return nil
}

// sumOf tells attempts of one change apart, as their place in it does.
func sumOf(text []byte) []byte {
	h := hashID(string(text))
	return h[:2]
}

func (w *wreck) lane(name string) *wreckedLane {
	l := w.lanes[name]
	if l == nil {
		l = &wreckedLane{tail: tail{next: 1}, attempts: map[string][]byte{}, slots: map[string]found{}}
		w.lanes[name] = l
	}
	return l
}

// block reads a block that was found; ok tells whether it is whole.
func (w *wreck) block(f found) (b block, data []byte, ok bool, err error) {
	v := make([]byte, f.size)
	if _, err := w.file.ReadAt(v, f.at); err != nil {
		return b, nil, false, ignoreEOF(err)
	}
	if b, err = decodeBlockHead(v); errors.Is(err, store.ErrNewer) {
		return b, nil, false, fmt.Errorf("%w: block %d of %s", err, b.seq, w.file.Name())
	}
	if err != nil || b.size > maxBlock {
		return b, nil, false, nil //nolint:nilerr // it is not whole
	}
	data = make([]byte, b.size)
	if _, err := w.file.ReadAt(data, f.at+f.size); err != nil {
		return b, nil, false, ignoreEOF(err)
	}
	return b, data, b.check(data) == nil, nil
}

// head is what is known of the delivery of a lane.
func (l *wreckedLane) head() (h head) {
	if l.record != nil {
		h, _, _, _ = decodeHead(l.record)
	}
	return h
}
