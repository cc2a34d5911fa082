package collector

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

func TestSendsOneRequest(t *testing.T) {
	r, e := listen(t, receiver.Options{TLS: true})
	c := newClient(t, map[string]string{"TOKEN": "s3cret-token"})
	e.Headers = []Header{
		{Name: "X-Team", Value: Secret{Text: "appsec"}},
		{Name: "Authorization", Value: Secret{Env: "TOKEN"}, Prefix: "Bearer ", Secret: true},
		{Name: "user-agent", Value: Secret{Text: "mine/1"}},
		{Name: "Content-Length", Value: Secret{Text: "1"}},
		{Name: "Transfer-Encoding", Value: Secret{Text: "chunked"}},
		{Name: "Expect", Value: Secret{Text: "100-continue"}},
		{Name: "Connection", Value: Secret{Text: "close"}},
		{Name: "Host", Value: Secret{Text: "elsewhere.example.com"}},
	}
	for range 3 {
		reply := c.Send(t.Context(), e, request())
		if !reply.OK() || reply.Err != nil || reply.Answer != "ok" || reply.Took <= 0 {
			t.Fatalf("%+v", reply)
		}
	}
	if n := r.Connections(); n != 1 {
		t.Errorf("%d connections for three requests, want 1", n)
	}
	q := r.Requests()[0]
	want := http.Header{
		"Authorization": {"Bearer s3cret-token"}, "Content-Type": {"application/json"}, "Idempotency-Key": {"wn_key"},
		"User-Agent": {"mine/1"}, "X-Team": {"appsec"}, "Host": {r.Addr()}, "Content-Length": {"53"},
	}
	for name, values := range want {
		if got := q.Header[name]; strings.Join(got, "|") != strings.Join(values, "|") {
			t.Errorf("%s: %q, want %q", name, got, values)
		}
	}
	for name := range q.Header {
		if _, ok := want[name]; !ok {
			t.Errorf("unexpected header %s: %s", name, q.Header.Get(name))
		}
	}
	if q.Method != http.MethodPost || q.Path != "/wallarm.events" || string(q.Body) != event {
		t.Errorf("%s %s %s", q.Method, q.Path, q.Body)
	}
}

func TestContentType(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	c := newClient(t, nil)
	for _, tc := range []struct{ endpoint, request, header, want string }{
		{"", "application/x-ndjson", "", "application/x-ndjson"},
		{"Application/JSON; Charset=UTF-8", "application/x-ndjson", "", "application/json; charset=utf-8"},
		{"application/json", "", "Text/Plain", "Text/Plain"},
	} {
		e.ContentType, e.Headers = tc.endpoint, nil
		if tc.header != "" {
			e.Headers = []Header{{Name: "content-type", Value: Secret{Text: tc.header}}}
		}
		r.Forget()
		q := request()
		q.Type = tc.request
		reply := c.Send(t.Context(), e, q)
		if got := r.Requests()[0].Header.Get("Content-Type"); got != tc.want || reply.Sent != tc.want {
			t.Errorf("%+v: sent %q, reported %q", tc, got, reply.Sent)
		}
	}
}

func TestCompression(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	c := newClient(t, nil)
	large := []byte("[" + strings.TrimSuffix(strings.Repeat(event[1:len(event)-1]+",", 2000), ",") + "]")
	for _, coding := range []string{"none", "gzip", "zstd"} {
		for range 3 { // the encoders are used again
			r.Forget()
			e.Compression = coding
			if reply := c.Send(t.Context(), e, Request{Body: pieces(large), Key: "k", Type: "application/json"}); !reply.OK() {
				t.Fatalf("%s: %+v", coding, reply)
			}
			q := r.Requests()[0]
			if !bytes.Equal(q.Body, large) || len(q.Events) != 2000 {
				t.Errorf("%s: the body did not come through", coding)
			}
			if coding != "none" && (q.Header.Get("Content-Encoding") != coding || q.Size > int64(len(large))/10) {
				t.Errorf("%s: coding %q, %d bytes of %d", coding, q.Header.Get("Content-Encoding"), q.Size, len(large))
			}
		}
	}
	e.Compression = "br"
	if reply := c.Send(t.Context(), e, request()); reply.Cause != Local || r.Count() != 1 {
		t.Errorf("unknown compression: %+v", reply)
	}
}

func TestMethodsAndUserinfo(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	c := newClient(t, nil)
	e.Method = http.MethodPut
	e.URL.Text = strings.Replace(e.URL.Text, "http://", "http://wally:pa%20ss@", 1) + "?token=t0p#fragment"
	if reply := c.Send(t.Context(), e, request()); !reply.OK() {
		t.Fatalf("%+v", reply)
	}
	q := r.Requests()[0]
	if q.Method != http.MethodPut || q.Path != "/wallarm.events?token=t0p" || q.Header.Get("Authorization") != "Basic d2FsbHk6cGEgc3M=" {
		t.Errorf("%s %s %s", q.Method, q.Path, q.Header.Get("Authorization"))
	}
	e.Method = http.MethodDelete
	if reply := c.Send(t.Context(), e, request()); reply.Cause != Local {
		t.Errorf("DELETE: %+v", reply)
	}
}
