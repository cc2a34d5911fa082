package receiver_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start starts a receiver and makes a client that trusts it.
func start(t *testing.T, o receiver.Options) (*receiver.Receiver, *http.Client) {
	t.Helper()
	r, err := receiver.New(o)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(r.CA())
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r, &http.Client{Transport: tr}
}

// send posts a body and returns the status and the answer.
func send(c *http.Client, url, coding string, body []byte) (int, string, error) {
	q, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	if coding != "" {
		q.Header.Set("Content-Encoding", coding)
	}
	resp, err := c.Do(q)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(answer), err
}

func TestStoresWhatItAnswersWith2xx(t *testing.T) {
	var events bytes.Buffer
	r, c := start(t, receiver.Options{TLS: true, Events: &events})
	for _, tc := range []struct {
		name, body string
		behave     receiver.Behaviour
		status     int
		events     int
	}{
		{"array", "[{\"a\":1},\n {\"b\":\n2}]", receiver.Behaviour{}, 200, 2},
		{"ndjson", "{\"a\":1}\n{\"b\":2}\n{}\n", receiver.Behaviour{Status: 204}, 204, 3},
		{"refused", `[{"a":1}]`, receiver.Behaviour{Status: 503, RetryAfter: "7"}, 503, 0},
		{"poison", `[{"a":"bad"}]`, receiver.Behaviour{Poison: "bad", PoisonStatus: 422}, 422, 0},
		{"poison elsewhere", `[{"a":"good"}]`, receiver.Behaviour{Poison: "bad"}, 200, 1},
		{"large", `[{"a":"long enough"}]`, receiver.Behaviour{MaxBody: 10}, 413, 0},
		{"not JSON", `[{"a":}]`, receiver.Behaviour{}, 400, 0},
		{"nothing", ` `, receiver.Behaviour{}, 400, 0},
		{"cut", `{"a":1}{"b"`, receiver.Behaviour{}, 400, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r.Forget()
			r.Behave(tc.behave)
			status, answer, err := send(c, r.URL()+"x?y=z", "", []byte(tc.body))
			if err != nil || status != tc.status || len(r.Events()) != tc.events {
				t.Errorf("status %d, %d events stored, answer %q, %v; want %d, %d", status, len(r.Events()), answer, err, tc.status, tc.events)
			}
			if q := r.Requests()[0]; q.Path != "/x?y=z" || q.Status != tc.status || q.Size != int64(len(tc.body)) || r.Count() != 1 {
				t.Errorf("recorded %+v", q)
			}
		})
	}
	if got, want := events.String(), "{\"a\":1}\n{\"b\":2}\n{\"a\":1}\n{\"b\":2}\n{}\n{\"a\":\"good\"}\n"; got != want {
		t.Errorf("events written: %q, want %q", got, want)
	}
}

func TestCodings(t *testing.T) {
	r, c := start(t, receiver.Options{MaxBytes: 1 << 20})
	body := []byte(`[{"a":1},{"b":2}]`)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write(body)
	w.Close()
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	var bomb bytes.Buffer
	w.Reset(&bomb)
	w.Write(make([]byte, 2<<20))
	w.Close()
	for _, tc := range []struct {
		coding string
		body   []byte
		status int
	}{
		{"gzip", zipped.Bytes(), 200},
		{"zstd", z.EncodeAll(body, nil), 200},
		{"identity", body, 200},
		{"gzip", body, 400},
		{"zstd", body, 400},
		{"br", body, 415},
		{"gzip", bomb.Bytes(), 413},
	} {
		r.Forget()
		status, answer, err := send(c, r.URL(), tc.coding, tc.body)
		if err != nil || status != tc.status || (status == 200) != (len(r.Events()) == 2) {
			t.Errorf("%s: %d %s, %v, %d events; want %d", tc.coding, status, answer, err, len(r.Events()), tc.status)
		}
	}
}

// A passing behaviour ends after so many requests or so long, and the usual
// one is back.
func TestPassingBehaviour(t *testing.T) {
	r, c := start(t, receiver.Options{})
	statuses := func(n int) (got []int) {
		for range n {
			status, _, err := send(c, r.URL(), "", []byte("[{}]"))
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, status)
		}
		return got
	}
	r.Behave(receiver.Behaviour{Status: 202})
	r.Behave(receiver.Behaviour{Status: 503, Times: 2})
	if got := statuses(4); !slices.Equal(got, []int{503, 503, 202, 202}) {
		t.Errorf("twice: %v", got)
	}
	r.Behave(receiver.Behaviour{Status: 500, For: time.Hour})
	if got := statuses(2); !slices.Equal(got, []int{500, 500}) {
		t.Errorf("for an hour: %v", got)
	}
	r.Behave(receiver.Behaviour{Status: 500, For: time.Nanosecond})
	if got := statuses(1); !slices.Equal(got, []int{202}) {
		t.Errorf("for a moment: %v", got)
	}
	r.Behave(receiver.Behaviour{})
	if got := statuses(1); !slices.Equal(got, []int{200}) {
		t.Errorf("as at first: %v", got)
	}
}

// What each fault looks like to the sender, and whether the events count.
func TestFaults(t *testing.T) {
	for _, tc := range []struct {
		fault  receiver.Fault
		answer string // "" : none
		stored int
	}{
		{receiver.Reset, "", 0},
		{receiver.Drop, "", 1},
		{receiver.Garbage, "", 0},
		{receiver.Cut, "", 1},
		{receiver.Drip, "ok", 1},
		{receiver.Hang, "", 0},
	} {
		for _, secure := range []bool{false, true} {
			r, c := start(t, receiver.Options{TLS: secure})
			if tc.fault == receiver.Hang {
				c.Timeout = 200 * time.Millisecond
			}
			r.Behave(receiver.Behaviour{Fault: tc.fault})
			_, answer, err := send(c, r.URL(), "", []byte("[{}]"))
			if (err == nil) != (tc.answer != "") || err == nil && answer != tc.answer {
				t.Errorf("%s, TLS %t: answer %q, %v", tc.fault, secure, answer, err)
			}
			if r.Count() != 1 || len(r.Events()) != tc.stored || r.Requests()[0].Fault != tc.fault {
				t.Errorf("%s, TLS %t: %d requests, %d events stored, want 1, %d", tc.fault, secure, r.Count(), len(r.Events()), tc.stored)
			}
		}
	}
	for _, name := range []string{"", "reset", "drop", "hang", "drip", "cut", "garbage"} {
		if f, err := receiver.ParseFault(name); err != nil || string(f) != name {
			t.Errorf("%q: %v", name, err)
		}
	}
	if _, err := receiver.ParseFault("boom"); err == nil || !strings.Contains(err.Error(), "hang") {
		t.Errorf("%v", err)
	}
}

// Going down cuts whoever waits; coming up it listens where it did before.
func TestDownAndUp(t *testing.T) {
	arrived := make(chan struct{})
	var first sync.Once
	r, c := start(t, receiver.Options{TLS: true, OnRequest: func(receiver.Request) { first.Do(func() { close(arrived) }) }})
	url := r.URL()
	r.Behave(receiver.Behaviour{Fault: receiver.Hang, Times: 1})
	waiting := make(chan error)
	go func() {
		_, _, err := send(c, url, "", []byte("[{}]"))
		waiting <- err
	}()
	<-arrived
	for range 2 { // twice is once
		if err := r.Down(); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-waiting; err == nil {
		t.Error("who waited got an answer")
	}
	if _, _, err := send(c, url, "", []byte("[{}]")); err == nil {
		t.Error("it answers while it is down")
	}
	for range 2 {
		if err := r.Up(); err != nil {
			t.Fatal(err)
		}
	}
	if status, _, err := send(c, url, "", []byte("[{}]")); err != nil || status != 200 || r.URL() != url {
		t.Errorf("after coming up: %d, %v at %s", status, err, r.URL())
	}
	if r.Count() != 2 {
		t.Errorf("%d requests remembered, want 2", r.Count())
	}
}

func TestClientCertificate(t *testing.T) {
	r, c := start(t, receiver.Options{TLS: true, ClientCert: true})
	if _, _, err := send(c, r.URL(), "", []byte("[{}]")); err == nil {
		t.Error("it takes who has no certificate")
	}
	cert, key, err := r.ClientPair()
	if err != nil {
		t.Fatal(err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	c.Transport.(*http.Transport).TLSClientConfig.Certificates = []tls.Certificate{pair}
	if status, _, err := send(c, r.URL(), "", []byte("[{}]")); err != nil || status != 200 || r.Requests()[0].Client != "wnotify" {
		t.Errorf("%d, %v, %+v", status, err, r.Requests())
	}
}

func TestRemembersTheNewest(t *testing.T) {
	r, c := start(t, receiver.Options{Keep: 3})
	for _, body := range []string{"[1]", "[2]", "[3]", "[4]", "[5]"} {
		if _, _, err := send(c, r.URL(), "", []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, e := range r.Events() {
		got = append(got, string(e))
	}
	if !slices.Equal(got, []string{"3", "4", "5"}) || r.Count() != 5 || r.Connections() != 5 {
		t.Errorf("%v of %d requests on %d connections", got, r.Count(), r.Connections())
	}
}

func TestOtherMethodsAndAnswers(t *testing.T) {
	r, c := start(t, receiver.Options{})
	resp, err := c.Get(r.URL())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d", resp.StatusCode)
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r.Behave(receiver.Behaviour{Status: 302, Location: "https://login.example.com/", RetryAfter: "9", Body: "go away", Delay: time.Millisecond})
	resp, err = c.Post(r.URL(), "application/json", strings.NewReader("[{}]"))
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	if resp.StatusCode != http.StatusFound || resp.Header.Get("Location") != "https://login.example.com/" || resp.Header.Get("Retry-After") != "9" || string(body) != "go away" {
		t.Errorf("%+v %s", resp, body)
	}
}

func TestCannotListen(t *testing.T) {
	r, _ := start(t, receiver.Options{})
	for _, addr := range []string{"nonsense", r.Addr(), "127.0.0.1:99999"} {
		if other, err := receiver.New(receiver.Options{Addr: addr}); err == nil || !strings.HasPrefix(err.Error(), "cannot listen") {
			t.Errorf("%s: %v, %v", addr, other, err)
		}
	}
	if cert, key, err := r.ClientPair(); cert != nil || key != nil || err != nil || r.CA() != nil {
		t.Error("certificates without TLS")
	}
}

// gone is a writer that nobody reads from any more.
type gone struct{}

func (gone) Write([]byte) (int, error) { return 0, errors.New("gone") }

func TestEventsWriterMayFail(t *testing.T) {
	r, c := start(t, receiver.Options{Events: gone{}})
	if status, _, err := send(c, r.URL(), "", []byte("[{}]")); err != nil || status != 200 {
		t.Errorf("%d, %v", status, err)
	}
}
