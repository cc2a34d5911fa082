package fake_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"go.uber.org/goleak"

	"github.com/wnotify/wnotify/dispatch/receiver"
	"github.com/wnotify/wnotify/dispatch/receiver/fake"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	array  = `[{"a":1},{"b":2}]`
	ndjson = "{\"a\":1}\n{\"b\":2}\n"
)

// start starts a program behind TLS and makes a client that trusts it.
func start(t *testing.T, p receiver.Program) (*receiver.Receiver, *http.Client) {
	t.Helper()
	r, err := receiver.New(receiver.Options{TLS: true, As: p})
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(r.CA())
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		r.Close()
	})
	return r, &http.Client{Transport: tr}
}

// ask makes one request: METHOD PATH CONTENT-TYPE, and the headers.
func ask(t *testing.T, r *receiver.Receiver, c *http.Client, how, body string, headers ...string) (status int, answer string, err error) {
	t.Helper()
	words := strings.SplitN(how, " ", 3)
	q, err := http.NewRequest(words[0], strings.TrimSuffix(r.URL(), "/")+words[1], strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if len(words) == 3 {
		q.Header.Set("Content-Type", words[2])
	}
	for i := 0; i+1 < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.Do(q)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

func stored(r *receiver.Receiver) string {
	var b strings.Builder
	for _, e := range r.Events() {
		b.Write(e)
		b.WriteByte('\n')
	}
	return b.String()
}

// TestWhatWasSeen holds each program to the observations that the package
// comment names.
func TestWhatWasSeen(t *testing.T) {
	fluentd, logstash, bit := &fake.Fluentd{}, &fake.Logstash{}, &fake.FluentBit{}
	both := &fake.Logstash{Codecs: fake.NDJSON()}
	text := `{"message":"{\"a\":1}\n{\"b\":2}\n"}` + "\n"
	for _, tc := range []struct {
		name, how, body string
		program         receiver.Program
		status          int
		stored          string
	}{
		{"array", "POST /x application/json", array, fluentd, 200, ndjson},
		{"array", "PUT /x application/json; charset=utf-8", array, fluentd, 200, ndjson},
		{"NDJSON", "POST /x application/x-ndjson", ndjson, fluentd, 200, ndjson},
		{"NDJSON, wrong type: 200 and nothing", "POST /x application/json", ndjson, fluentd, 200, ""},
		{"type in upper case", "POST /x Application/JSON", array, fluentd, 400, ""},
		{"broken", "POST /x application/json", `[{"a":1},{"b"]`, fluentd, 200, ""},
		{"a scalar is dropped", "POST /x application/json", `[1,{"a":1}]`, fluentd, 200, "{\"a\":1}\n"},
		{"time as text", "POST /x application/json", `[{"a":1},{"time":"now"}]`, fluentd, 400, ""},
		{"unmatched tag: 200 and nothing", "POST /x application/json", array, &fake.Fluentd{Match: []string{"wallarm.**"}}, 200, ""},
		{"no tag: 200 and nothing", "POST / application/json", array, &fake.Fluentd{Match: []string{"wallarm.**"}}, 200, ""},
		{"matched tag", "POST /wallarm/events?a=b application/json", array, &fake.Fluentd{Match: []string{"wallarm.**"}}, 200, ndjson},
		{"probe", "GET /", "", fluentd, 200, ""},

		{"array", "POST / application/json", array, logstash, 200, ndjson},
		{"array", "PUT / application/json; charset=utf-8", array, logstash, 200, ndjson},
		{"NDJSON is one text", "POST / application/x-ndjson", ndjson, logstash, 200, text},
		{"NDJSON with additional_codecs", "POST / application/x-ndjson", ndjson, both, 200, ndjson},
		{"array with additional_codecs", "POST / application/json", array, both, 200, ndjson},
		{"NDJSON, wrong type: first line only", "POST / application/json", ndjson, logstash, 200, "{\"a\":1}\n"},
		{"type in upper case", "POST / Application/JSON", ndjson, logstash, 200, text},
		{"broken", "POST / application/json", `{"a":`, logstash, 200, `{"message":"{\"a\":","tags":["_jsonparsefailure"]}` + "\n"},
		{"a scalar fails all", "POST / application/json", `[{"a":1},1]`, logstash, 500, ""},
		{"a host at the top level", "POST / application/json", `[{"a":1},{"host":"x"},{"b":2}]`, logstash, 500, "{\"a\":1}\n"},
		{"empty", "POST / application/json", `[]`, logstash, 200, ""},
		{"every probe is stored", "GET /", "", logstash, 200, "{\"message\":\"\"}\n"},
		{"no password", "POST / application/json", array, &fake.Logstash{Authorization: "Basic eDp5"}, 401, ""},

		{"array", "POST / application/json", array, bit, 201, ndjson},
		{"NDJSON as JSON", "POST / application/json", ndjson, bit, 201, ndjson},
		{"NDJSON", "POST / application/x-ndjson", ndjson, bit, 400, ""},
		{"PUT", "PUT / application/json", array, bit, 400, ""},
		{"broken", "POST / application/json", "{", bit, 400, ""},
	} {
		r, c := start(t, tc.program)
		status, answer, err := ask(t, r, c, tc.how, tc.body)
		if err != nil || status != tc.status || stored(r) != tc.stored {
			t.Errorf("%T: %s: %s: %d %q, %v, stored %q; want %d, %q", tc.program, tc.name, tc.how, status, answer, err, stored(r), tc.status, tc.stored)
		}
	}
}

func TestHeadersOfTheRequestAreStored(t *testing.T) {
	r, c := start(t, &fake.Fluentd{AddHeaders: true})
	if _, _, err := ask(t, r, c, "POST /x application/json", `[{}]`, "Idempotency-Key", "k1"); err != nil {
		t.Fatal(err)
	}
	if got := stored(r); !strings.Contains(got, `"HTTP_IDEMPOTENCY_KEY":"k1"`) {
		t.Errorf("Fluentd: %s", got)
	}
	r, c = start(t, &fake.Logstash{AddHeaders: true})
	if _, _, err := ask(t, r, c, "POST / application/json", `[{"a":1}]`, "Idempotency-Key", "k1"); err != nil {
		t.Fatal(err)
	}
	if got := stored(r); !strings.HasPrefix(got, `{"a":1,"headers":{`) || !strings.Contains(got, `"idempotency_key":"k1"`) {
		t.Errorf("Logstash: %s", got)
	}
}

func TestTooLarge(t *testing.T) {
	for _, p := range []receiver.Program{&fake.Fluentd{Limit: 4}, &fake.Logstash{Limit: 4}, &fake.FluentBit{Limit: 4}} {
		r, c := start(t, p)
		if status, _, err := ask(t, r, c, "POST /x application/json", array); status != 413 {
			t.Errorf("%T: %d, %v", p, status, err)
		}
		if status, _, err := ask(t, r, c, "POST /x application/json", array); (err != nil) != (status != 413) || stored(r) != "" {
			t.Errorf("%T: %d, %v, stored %q", p, status, err, stored(r))
		}
	}
	r, c := start(t, &fake.Fluentd{Limit: 4})
	ask(t, r, c, "POST /x application/json", array)
	if status, _, err := ask(t, r, c, "POST /x application/json", array); err == nil {
		t.Errorf("the second is not reset: %d", status)
	}
}

func TestOverload(t *testing.T) {
	r, c := start(t, &fake.Logstash{})
	r.Behave(fake.LogstashFull(1))
	if status, _, err := ask(t, r, c, "POST / application/json", array); status != 429 || stored(r) != "" {
		t.Errorf("full: %d, %v, stored %q", status, err, stored(r))
	}
	r.Behave(fake.Blocked(1))
	c.Timeout = 300 * time.Millisecond
	if _, _, err := ask(t, r, c, "POST / application/json", array); err == nil {
		t.Error("blocked: it answered")
	}
	if err := r.Close(); err != nil { // waits for the request
		t.Fatal(err)
	}
	if stored(r) != ndjson {
		t.Errorf("blocked: stored %q", stored(r))
	}
	r, c = start(t, &fake.Fluentd{})
	r.Behave(fake.FluentdFull(1))
	if status, answer, err := ask(t, r, c, "POST /x application/json", array); status != 500 || !strings.Contains(answer, "too many data") || stored(r) != "" {
		t.Errorf("full: %d %q, %v", status, answer, err)
	}
}

func TestCodings(t *testing.T) {
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	w.Write([]byte(array))
	w.Close()
	for _, p := range []receiver.Program{&fake.Fluentd{}, &fake.Logstash{}, &fake.FluentBit{}} {
		r, c := start(t, p)
		if status, _, err := ask(t, r, c, "POST /x application/json", zipped.String(), "Content-Encoding", "gzip"); err != nil || stored(r) != ndjson {
			t.Errorf("%T: %d, %v, stored %q", p, status, err, stored(r))
		}
	}
	r, c := start(t, &fake.Fluentd{})
	if status, _, _ := ask(t, r, c, "POST /x application/json", "no gzip", "Content-Encoding", "gzip"); status != 400 {
		t.Errorf("broken gzip: %d", status)
	}
}
