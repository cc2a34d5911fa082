package receiver_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

func TestStoresWhatItAnswersWith2xx(t *testing.T) {
	var events bytes.Buffer
	r, err := receiver.New(receiver.Options{TLS: true, Events: &events})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(r.CA())
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}}

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
		{"large", `[{"a":"long enough"}]`, receiver.Behaviour{MaxBody: 10}, 413, 0},
		{"not JSON", `[{"a":}]`, receiver.Behaviour{}, 400, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r.Forget()
			r.Behave(tc.behave)
			resp, err := c.Post(r.URL()+"x?y=z", "application/json", strings.NewReader(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode != tc.status || len(r.Events()) != tc.events {
				t.Errorf("status %d, %d events stored, answer %q; want %d, %d", resp.StatusCode, len(r.Events()), body, tc.status, tc.events)
			}
			if q := r.Requests()[0]; q.Path != "/x?y=z" || q.Status != tc.status || q.Size != int64(len(tc.body)) {
				t.Errorf("recorded %+v", q)
			}
		})
	}
	if got := events.String(); got != "{\"a\":1}\n{\"b\":2}\n{\"a\":1}\n{\"b\":2}\n{}\n" {
		t.Errorf("events written: %q", got)
	}
}
