package intake

import (
	"io"
	"sync"
)

// The buffers between the goroutine that reads and the one that scans: three,
// so that both can always work. Each has room in front for the beginning of a
// value whose rest it holds. A pipe gives at most 64 KiB at once, a file all
// that fits.
const (
	buffers  = 3
	headroom = 32 << 10
	readSize = 256 << 10
)

// chunk is one message of the reading goroutine: bytes, the beginning of a
// file, or the end.
type chunk struct {
	buf   []byte   // with headroom; nil if it carries no bytes
	n     int      // bytes behind the headroom
	begin *segment // bytes of another file follow
	err   error    // nothing follows; io.EOF at the end
}

// pump is the channel between the two goroutines.
type pump struct {
	full chan chunk // never blocks the sender: there is room for all buffers
	free chan []byte
	stop chan struct{}
	once sync.Once
	made int // buffers made so far; the reading goroutine's
}

// produce reads a source and gives its chunks to a pump.
type produce func(p *pump) error

// startPump runs a producer in a goroutine of its own.
func startPump(run produce) *pump {
	p := &pump{
		full: make(chan chunk, buffers+2),
		free: make(chan []byte, buffers),
		stop: make(chan struct{}),
	}
	go func() { p.send(chunk{err: run(p)}) }()
	return p
}

// halt makes the reading goroutine end as soon as it is not blocked in a read.
func (p *pump) halt() { p.once.Do(func() { close(p.stop) }) }

func (p *pump) halted() bool {
	select {
	case <-p.stop:
		return true
	default:
		return false
	}
}

// send hands a chunk over.
func (p *pump) send(c chunk) {
	select {
	case p.full <- c:
	default:
		select {
		case p.full <- c:
		case <-p.stop:
		}
	}
}

// buffer waits for an empty buffer; false when the pump was halted.
func (p *pump) buffer() ([]byte, bool) {
	select {
	case b := <-p.free:
		return b, !p.halted()
	default:
	}
	if p.made < buffers {
		p.made++
		return make([]byte, headroom+readSize), !p.halted()
	}
	select {
	case b := <-p.free:
		return b, true
	case <-p.stop:
		return nil, false
	}
}

// copyFrom hands over what r gives until its end, which is io.EOF.
func (p *pump) copyFrom(r io.Reader) error {
	idle := 0
	for {
		b, ok := p.buffer()
		if !ok {
			return io.EOF
		}
		n, err := r.Read(b[headroom:])
		switch {
		case n > 0:
			idle = 0
			p.send(chunk{buf: b, n: n})
		default:
			p.free <- b // there is room for every buffer
			if idle++; idle > 100 && err == nil {
				err = io.ErrNoProgress
			}
		}
		if err != nil {
			return err
		}
	}
}

// receive takes the next chunk. What was read before a halt still comes; then,
// and not before, the error is errStopped. False: there is nothing, and it must
// not wait.
func (p *pump) receive(wait bool) (chunk, bool) {
	select {
	case c := <-p.full:
		return p.seen(c), true
	default:
	}
	if p.halted() {
		return p.drained(), true
	}
	if !wait {
		return chunk{}, false
	}
	select {
	case c := <-p.full:
		return p.seen(c), true
	case <-p.stop:
		return p.drained(), true
	}
}

// drained returns a chunk that came before the halt, or the end.
func (p *pump) drained() chunk {
	select {
	case c := <-p.full:
		return p.seen(c)
	default:
		return chunk{err: errStopped}
	}
}

// seen makes the end that follows from a halt look like one.
func (p *pump) seen(c chunk) chunk {
	if c.err != nil && p.halted() {
		c.err = errStopped
	}
	return c
}
