package collector

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"
)

const (
	maxHead = 64 << 10  // of the header of an answer, interim answers included
	maxBody = 64 << 10  // of its body that is read
	maxRest = 256 << 10 // of what a body of that size may take in chunks
)

// grace is how long a request that was answered early may take to be written
// whole, so that its connection can be kept.
const grace = 50 * time.Millisecond

// lastWords is how long an answer may take that was under way when writing
// failed. What came before a reset is here already.
const lastWords = time.Second

// answer is what a collector said.
type answer struct {
	status int // 0: nothing that could be read
	header http.Header
	body   []byte
	keep   bool // the connection may carry another request
	unsent bool // no byte of the request left this machine
}

func (a answer) ok() bool { return a.status >= 200 && a.status <= 299 }

// errors of an exchange that are not the network's.
var (
	errHeadTooLong = errors.New("the header of the answer is longer than 64 KiB")
	errEarly       = errors.New("the answer came before the request was sent whole")
)

// exchange writes a request to a connection and reads the answer, both within
// limit. It reads while it writes, and goes on reading when writing fails: a
// collector that refuses a body without reading it says why first.
//
// On an error the status may still be set: what was read before it.
func (c *conn) exchange(ctx context.Context, q *http.Request, proxied bool, limit time.Duration) (answer, error) {
	end, before := time.Now().Add(limit), c.wire.sent.Load()
	if err := c.SetDeadline(end); err != nil {
		return answer{}, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(past) })
	defer stop()

	wrote := make(chan error, 1)
	go func() {
		err := c.write(q, proxied)
		switch {
		case err == nil || late(err):
		case c.wire.sent.Load() == before:
			_ = c.SetReadDeadline(past) // there is nothing to answer
		default:
			_ = c.SetReadDeadline(earlier(end, time.Now().Add(lastWords)))
		}
		wrote <- err
	}()
	a, err := c.read(q)

	// The writer must end before the body goes back to its owner.
	if err != nil || !a.ok() {
		timer := time.AfterFunc(grace, func() { _ = c.SetWriteDeadline(past) })
		defer timer.Stop()
	}
	werr := <-wrote
	a.unsent = c.wire.sent.Load() == before
	if werr != nil && !late(werr) && (errors.Is(err, io.EOF) || late(err)) {
		err = werr // the writer met the reset first, and took it away
	}
	if a.ok() && err == nil && werr != nil {
		// Whoever did not get all of it cannot have stored all of it.
		err = errors.Join(errEarly, werr)
	}
	a.keep = a.keep && err == nil && werr == nil && stop()
	return a, err
}

// late: a deadline ended it, not the other side.
func late(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (c *conn) write(q *http.Request, proxied bool) error {
	write := q.Write
	if proxied {
		write = q.WriteProxy
	}
	// net/http sends the header by itself where it sees a *bufio.Writer and a body
	// in pieces; in one packet with the start of the body it is quicker.
	err := write(struct{ *bufio.Writer }{c.out})
	if err == nil {
		err = c.out.Flush()
	}
	if err == nil {
		err = c.wire.flush()
	}
	if c.stream.writing != nil {
		return c.stream.writing // net/http wraps it in a type that does not unwrap
	}
	return err
}

func (c *conn) read(q *http.Request) (answer, error) {
	c.limit.N = maxHead
	if _, err := c.in.Peek(1); err != nil {
		return answer{}, err
	}
	var r *http.Response
	for r == nil || r.StatusCode < 200 && r.StatusCode != http.StatusSwitchingProtocols {
		var err error
		r, err = http.ReadResponse(c.in, q) //nolint:bodyclose // Close would read all of the body
		switch {
		case err == nil:
			continue
		case c.limit.N <= 0:
			err = errHeadTooLong
		case c.stream.reading != nil:
			err = c.stream.reading
		}
		return answer{}, err
	}
	a := answer{status: r.StatusCode, header: r.Header}
	if r.StatusCode == http.StatusSwitchingProtocols {
		return a, nil
	}
	c.limit.N = maxRest
	var err error
	a.body, err = io.ReadAll(io.LimitReader(r.Body, maxBody))
	all := err == nil && len(a.body) < maxBody
	a.keep = all && !r.Close && c.in.Buffered() == 0
	if c.limit.N <= 0 {
		err = nil // enough was read
	}
	return a, err
}
