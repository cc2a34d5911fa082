package intake

// history is how many bytes before a place a cursor vouches for.
const history = 1 << 10

// window is the part of the input that is in memory: what is being scanned,
// and a little of what lies before it.
type window struct {
	data  []byte // not yet dropped; begins at base
	pos   int    // data before it has been read
	base  int64  // offset of data[0] in the input
	old   []byte // up to 1 KiB that came before data
	first []byte // up to 1 KiB from the start of the input
	owner []byte // the buffer data lies in, to be given back; nil if it is large
	large []byte // for values that fit no buffer with its headroom
}

// offset is where reading is.
func (w *window) offset() int64 { return w.base + int64(w.pos) }

// rest is what lies ahead.
func (w *window) rest() []byte { return w.data[w.pos:] }

// reset begins at a place in another input, of which head are the first bytes
// and old those before the place.
func (w *window) reset(base int64, head, old []byte) {
	w.data, w.pos, w.base = nil, 0, base
	w.first = append(w.first[:0], head...)
	w.old = append(w.old[:0], old...)
}

// extend adds a chunk behind what lies ahead; what was read before is dropped.
// Buffers that are no longer in use go to free. Each byte is moved a bounded
// number of times on average: either little is moved to a large chunk, or a
// little chunk is added to much.
func (w *window) extend(buf []byte, n int, free chan<- []byte) {
	fresh := buf[headroom : headroom+n]
	if w.base+int64(len(w.data)) == int64(len(w.first)) {
		w.first = append(w.first, fresh[:min(n, history-len(w.first))]...)
	}
	ahead, owner := w.rest(), w.owner
	if len(ahead) <= headroom && len(ahead) <= 4*n {
		w.drop()
		start := headroom - len(ahead)
		copy(buf[start:], ahead)
		w.data, w.owner = buf[start:headroom+n], buf
		if owner != nil {
			free <- owner
		}
		return
	}
	if owner != nil || cap(w.data)-len(w.data) < n {
		w.drop()
		if need := len(ahead) + n; cap(w.large) < 2*need {
			w.large = make([]byte, 0, 2*need)
		}
		w.data = append(w.large[:0], ahead...) //nolint:gocritic // large is what data is in now
		w.owner = nil
		if owner != nil {
			free <- owner
		}
	}
	w.data = append(w.data, fresh...)
	free <- buf
}

// drop forgets what was read, but for the last bytes of it.
func (w *window) drop() {
	read := w.data[:w.pos]
	if len(read) < history {
		keep := min(len(w.old), history-len(read))
		w.old = append(w.old[:0], w.old[len(w.old)-keep:]...)
	} else {
		read = read[len(read)-history:]
		w.old = w.old[:0]
	}
	w.old = append(w.old, read...)
	w.base += int64(w.pos)
	w.pos = 0
}
