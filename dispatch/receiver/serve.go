package receiver

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strconv"
	"time"
)

// serve handles one request.
func (r *Receiver) serve(w http.ResponseWriter, q *http.Request) {
	r.handlers.Add(1)
	defer r.handlers.Done()
	now := time.Now()
	r.mu.Lock()
	b, down := r.manners.next(now), r.down
	r.mu.Unlock()

	got := Request{
		Time: now, Conn: q.RemoteAddr, Client: clientName(q), Method: q.Method, Path: q.URL.RequestURI(),
		Header: q.Header.Clone(), Size: max(q.ContentLength, 0), Fault: b.Fault,
	}
	got.Header.Set("Host", q.Host)
	if r.options.As != nil && b == (Behaviour{}) {
		b = r.options.As.Greet(got)
		got.Fault = b.Fault
	}
	if b.Fault == Reset {
		r.keep(got)
		reset(w)
		return
	}
	text := r.decide(q, b, &got)
	if b.Delay > 0 {
		pause(q.Context(), down, b.Delay)
	}
	r.keep(got)
	r.answer(w, q, b, got.Status, text, down)
}

// decide reads a request and says how it is answered.
func (r *Receiver) decide(q *http.Request, b Behaviour, got *Request) (text string) {
	if b.MaxBody > 0 && q.ContentLength > b.MaxBody {
		got.Status = http.StatusRequestEntityTooLarge
		return "at most " + strconv.FormatInt(b.MaxBody, 10) + " bytes"
	}
	got.Status = cmp.Or(b.Status, http.StatusOK)
	if b.Fault == Hang || b.Fault == Drop || b.Fault == Garbage {
		got.Status = 0
	}
	var err error
	got.Body, got.Size, err = plain(q.Body, q.Header.Get("Content-Encoding"), r.options.MaxBytes)
	if err == nil && r.options.As == nil {
		got.Events, err = split(got.Body)
	}
	if err != nil {
		got.Problem = err.Error()
	}
	if got.Status != 0 && (got.Status < 200 || got.Status > 299) {
		return cmp.Or(b.Body, http.StatusText(got.Status))
	}
	switch {
	case r.options.As != nil:
		return take(r.options.As, b, got)
	case q.Method != http.MethodPost && q.Method != http.MethodPut:
		got.Status = http.StatusMethodNotAllowed
	case errors.Is(err, errTooLarge):
		got.Status = http.StatusRequestEntityTooLarge
	case errors.Is(err, errCoding):
		got.Status = http.StatusUnsupportedMediaType
	case err != nil:
		got.Status = http.StatusBadRequest
	case b.Poison != "" && bytes.Contains(got.Body, []byte(b.Poison)):
		got.Status = cmp.Or(b.PoisonStatus, http.StatusBadRequest)
		got.Problem = "there is a poisonous event in it"
	default:
		got.Stored = b.Fault != Hang && b.Fault != Garbage
		return cmp.Or(b.Body, "ok")
	}
	return cmp.Or(got.Problem, http.StatusText(got.Status))
}

// take lets a program decide. What it did not answer, or stored before the
// connection broke, it still stored.
func take(p Program, b Behaviour, got *Request) (text string) {
	answer := p.Take(got)
	if b.Fault == Hang || b.Fault == Garbage {
		got.Stored = false
		return ""
	}
	if b.Fault != Drop {
		got.Status = cmp.Or(b.Status, answer.Status)
	}
	return cmp.Or(b.Body, answer.Body)
}

// answer gives the answer, or what a fault makes of it.
func (r *Receiver) answer(w http.ResponseWriter, q *http.Request, b Behaviour, status int, text string, down <-chan struct{}) {
	switch b.Fault {
	case Hang:
		pause(q.Context(), down, 0)
		closeNow(w)
		return
	case Drop:
		closeNow(w)
		return
	case Garbage:
		raw(w, "220 mail.example.com ESMTP\r\n")
		return
	case Cut:
		raw(w, "HTTP/1.1 "+strconv.Itoa(status)+" "+http.StatusText(status)+"\r\nContent-Length: "+strconv.Itoa(len(text)+100)+"\r\n\r\n"+text)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	if b.RetryAfter != "" {
		h.Set("Retry-After", b.RetryAfter)
	}
	if b.Location != "" {
		h.Set("Location", b.Location)
	}
	if b.Fault == Drip {
		drip(w, q, status, text, down)
		return
	}
	w.WriteHeader(status)
	if status != http.StatusNoContent && status != http.StatusNotModified {
		_, _ = w.Write([]byte(text)) // who left does not want it
	}
}

func drip(w http.ResponseWriter, q *http.Request, status int, text string, down <-chan struct{}) {
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	flush := http.NewResponseController(w)
	for i := range len(text) {
		_ = flush.Flush() // the next write says so if nobody listens
		if !pause(q.Context(), down, 100*time.Millisecond) {
			return
		}
		if _, err := w.Write([]byte{text[i]}); err != nil {
			return
		}
	}
}

// pause waits, for ever if d is 0, and reports false when the caller left or
// the receiver goes down first.
func pause(ctx context.Context, down <-chan struct{}, d time.Duration) bool {
	var over <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-over:
		return true
	case <-ctx.Done():
	case <-down:
	}
	return false
}

func clientName(q *http.Request) string {
	if q.TLS == nil || len(q.TLS.PeerCertificates) == 0 {
		return ""
	}
	return q.TLS.PeerCertificates[0].Subject.CommonName
}

// raw writes to the connection as it is and closes it.
func raw(w http.ResponseWriter, text string) {
	if c := hijack(w); c != nil {
		_, _ = c.Write([]byte(text))
		_ = c.Close()
	}
}

func closeNow(w http.ResponseWriter) { raw(w, "") }

// reset ends the connection with RST.
func reset(w http.ResponseWriter) {
	c := hijack(w)
	if c == nil {
		return
	}
	bare := c
	if t, ok := c.(*tls.Conn); ok {
		bare = t.NetConn()
	}
	if t, ok := bare.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = bare.Close()
}

func hijack(w http.ResponseWriter) net.Conn {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil // gone already
	}
	return c
}
