package collector

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

func overwrite(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Secrets are today's at each attempt; one that became unusable leaves the old
// one in use, with a warning.
func TestSecretsAreReadAgain(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	c := newClient(t, nil)
	token := write(t, "token", []byte("first\r\n"))
	e.Headers = []Header{{Name: "Authorization", Value: Secret{File: token}, Prefix: "Bearer "}}
	send := func(want string, warned bool) {
		t.Helper()
		r.Forget()
		reply := c.Send(t.Context(), e, request())
		if got := r.Requests()[0].Header.Get("Authorization"); got != "Bearer "+want || (reply.Warn != nil) != warned {
			t.Errorf("sent %q with warning %v, want %q", got, reply.Warn, want)
		}
	}
	send("first", false)
	send("first", false)
	overwrite(t, token, "second\n\n") // one line end is cut, the header trims the other
	if reply := c.Send(t.Context(), e, request()); reply.Cause != Local {
		t.Errorf("a token with a line end in it: %+v", reply)
	}
	overwrite(t, token, "third")
	send("third", false)
	overwrite(t, token, "") // somebody is writing it just now
	send("third", true)
	if err := os.Remove(token); err != nil {
		t.Fatal(err)
	}
	send("third", true)
	overwrite(t, token, "fourth")
	send("fourth", false)
	if err := os.Chmod(token, 0o666); err != nil {
		t.Fatal(err)
	}
	perm := new(PermError)
	if reply := c.Send(t.Context(), e, request()); reply.Cause != Local || !errors.As(reply.Err, &perm) || perm.Path != token {
		t.Errorf("others can write it: %+v", reply)
	}
}

// A file that changed without its stat changing is read again when what was in
// it is refused.
func TestRefusedSecretIsReadAgain(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	c := newClient(t, nil)
	token := write(t, "token", []byte("old!"))
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	stamp := func() {
		if err := os.Chtimes(token, at, at); err != nil {
			t.Fatal(err)
		}
	}
	stamp()
	e.Headers = []Header{{Name: "Authorization", Value: Secret{File: token}}}
	for i, tc := range []struct {
		status int
		want   string
	}{{200, "old!"}, {500, "old!"}, {401, "old!"}, {200, "new!"}} {
		r.Forget()
		r.Behave(receiver.Behaviour{Status: tc.status})
		c.Send(t.Context(), e, request())
		if got := r.Requests()[0].Header.Get("Authorization"); got != tc.want {
			t.Errorf("request %d: %q, want %q", i+1, got, tc.want)
		}
		overwrite(t, token, "new!")
		stamp()
	}
}

func TestCredential(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	dir := filepath.Dir(write(t, "token", []byte("from systemd")))
	c := newClient(t, map[string]string{"CREDENTIALS_DIRECTORY": dir})
	e.Headers = []Header{{Name: "X-Token", Value: Secret{Credential: "token"}}}
	if c.Send(t.Context(), e, request()); r.Requests()[0].Header.Get("X-Token") != "from systemd" {
		t.Errorf("%v", r.Requests()[0].Header)
	}
	e.Headers[0].Value.Credential = "../token"
	if err := c.Ready(e); err == nil || !strings.Contains(err.Error(), "no slash") {
		t.Errorf("%v", err)
	}
}

// A CA that changes makes new connections; a broken one leaves the old.
func TestCertificatesAreReadAgain(t *testing.T) {
	r, e := listen(t, receiver.Options{TLS: true})
	other, _ := listen(t, receiver.Options{TLS: true})
	c := newClient(t, nil)
	ca := write(t, "ca.pem", r.CA())
	e.CA = ca
	if reply := c.Send(t.Context(), e, request()); !reply.OK() {
		t.Fatalf("%+v", reply)
	}
	overwrite(t, ca, "half a certif")
	if reply := c.Send(t.Context(), e, request()); !reply.OK() || reply.Warn == nil || r.Connections() != 1 {
		t.Errorf("broken: %+v on connection %d", reply, r.Connections())
	}
	overwrite(t, ca, string(other.CA()))
	if reply := c.Send(t.Context(), e, request()); reply.Cause != TLS || reply.Warn != nil {
		t.Errorf("another authority: %+v", reply)
	}
	overwrite(t, ca, string(r.CA()))
	if reply := c.Send(t.Context(), e, request()); !reply.OK() || r.Connections() != 3 {
		t.Errorf("back: %+v on connection %d", reply, r.Connections())
	}
}

// The vector is that of the Standard Webhooks libraries.
func TestSign(t *testing.T) {
	const (
		secret    = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
		signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	)
	h := make(map[string][]string)
	err := sign(h, []string{secret, "b2xk"}, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), pieces([]byte(`{"test": 2432232314}`)))
	if err != nil {
		t.Fatal(err)
	}
	got := h["Webhook-Signature"][0]
	if first, second, _ := strings.Cut(got, " "); first != signature || !strings.HasPrefix(second, "v1,") {
		t.Errorf("%q", got)
	}
	if h["Webhook-Id"][0] != "msg_p5jXN8AQM9LWM0D4loKWxJek" || h["Webhook-Timestamp"][0] != "1614265330" {
		t.Errorf("%v", h)
	}
}

// A collector that knows either secret accepts the request while they rotate.
func TestSignedRequest(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	current, old := "whsec_Y3VycmVudC1zZWNyZXQ=", "b2xkLXNlY3JldA=="
	e.Signing = []Secret{{File: write(t, "current", []byte(current+"\n"))}, {Env: "OLD"}}
	c := newClient(t, map[string]string{"OLD": old})
	if reply := c.Send(t.Context(), e, request()); !reply.OK() {
		t.Fatalf("%+v", reply)
	}
	q := r.Requests()[0]
	for secret, want := range map[string]bool{current: true, old: true, "b3RoZXI=": false} {
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Verify(q.Body, q.Header); (err == nil) != want {
			t.Errorf("%s: %v", secret, err)
		}
	}
	if q.Header.Get("Webhook-Id") != q.Key() {
		t.Errorf("webhook-id %q, key %q", q.Header.Get("Webhook-Id"), q.Key())
	}
}
