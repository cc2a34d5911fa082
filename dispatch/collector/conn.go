package collector

import (
	"bufio"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// wire counts what leaves this machine, beneath TLS, whose records it gathers:
// each by itself would be a call of the system.
type wire struct {
	net.Conn

	sent atomic.Int64 // bytes

	mu      sync.Mutex // TLS answers a change of keys while it reads
	records *bufio.Writer
}

// gathered is how many bytes of TLS records leave at once: four of them.
const gathered = 64 << 10

// gather begins to keep what is written until it is much, or flushed.
func (w *wire) gather() { w.records = bufio.NewWriterSize(leaving{w}, gathered) }

func (w *wire) Write(p []byte) (int, error) {
	if w.records == nil {
		return leaving{w}.Write(p)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.records.Write(p)
}

func (w *wire) flush() error {
	if w.records == nil {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.records.Flush()
}

// leaving is a wire whose bytes leave with each call.
type leaving struct{ *wire }

func (l leaving) Write(p []byte) (int, error) {
	n, err := l.Conn.Write(p)
	l.sent.Add(int64(n))
	return n, err
}

// takesPieces reports whether one call of the system takes many pieces.
func (w *wire) takesPieces() bool {
	_, tcp := w.Conn.(*net.TCPConn)
	return tcp
}

// send writes pieces so. It is not for a wire beneath TLS.
func (w *wire) send(pieces *net.Buffers) (int64, error) {
	n, err := pieces.WriteTo(w.Conn)
	w.sent.Add(n)
	return n, err
}

// stream remembers how reading and writing failed: a parser of half a header
// complains about the half that it has.
type stream struct {
	net.Conn // TLS, or the wire itself

	reading, writing error
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.Conn.Read(p)
	if err != nil {
		s.reading = err
	}
	return n, err
}

func (s *stream) Write(p []byte) (int, error) {
	n, err := s.Conn.Write(p)
	if err != nil {
		s.writing = err
	}
	return n, err
}

// ReadFrom writes what is left of a body from where it lies: net/http would
// copy it through the buffer of the connection, piece by piece.
func (s *stream) ReadFrom(r io.Reader) (int64, error) {
	l, ok := r.(*io.LimitedReader)
	if !ok {
		return io.Copy(struct{ io.Writer }{s}, r)
	}
	body, ok := l.R.(*net.Buffers)
	if !ok || size(*body) > l.N {
		return io.Copy(struct{ io.Writer }{s}, r)
	}
	if w, plain := s.Conn.(*wire); plain && w.takesPieces() {
		n, err := w.send(body)
		if err != nil {
			s.writing = err
		}
		l.N -= n
		return n, err
	}
	if size(*body) < int64(len(*body))*smallPiece {
		return io.Copy(struct{ io.Writer }{s}, r) // gathers them
	}
	n, err := body.WriteTo(struct{ io.Writer }{s})
	l.N -= n
	return n, err
}

// smallPiece is the size, in bytes, below which pieces are better copied
// together than written one by one: that of a TLS record.
const smallPiece = 16 << 10

// conn is one connection to a collector, ready for a request.
type conn struct {
	stream

	wire   *wire
	limit  io.LimitedReader // over stream: what may still be read of an answer
	in     *bufio.Reader    // over limit
	out    *bufio.Writer
	route  string // where it leads; the same for all its requests
	asked  bool   // the collector wanted a client certificate
	reused bool   // a request went over it before

	idle  time.Time // since when
	timer *time.Timer
}

func newConn(c net.Conn, w *wire, route string, asked bool) *conn {
	if c != net.Conn(w) {
		w.gather()
	}
	n := &conn{stream: stream{Conn: c}, wire: w, route: route, asked: asked}
	n.limit.R = &n.stream
	n.in = bufio.NewReader(&n.limit)
	n.out = bufio.NewWriterSize(&n.stream, 32<<10)
	return n
}

// past is a deadline that ends whatever reads or writes.
var past = time.Unix(1, 0)

// fit reports whether an idle connection may carry another request: it is
// young, by the wall clock too (the other one stands still while the machine
// sleeps), the collector has not closed it, and there is nothing to read that
// would be taken for the answer.
func (c *conn) fit(now time.Time) bool {
	if now.Sub(c.idle) > idleFor || now.Round(0).Sub(c.idle.Round(0)) > idleFor {
		return false
	}
	if c.in.Buffered() > 0 || !quiet(c.wire.Conn) {
		return false
	}
	// TLS may hold what it has decrypted already. With the deadline in the past
	// it gives that and reads nothing new.
	c.limit.N = 1
	if c.SetReadDeadline(past) != nil {
		return false
	}
	_, err := c.in.Peek(1)
	c.stream.reading = nil
	return late(err)
}
