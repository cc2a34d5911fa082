package collector

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// TestNothingSecretIsShown sends a request full of canaries to a collector that
// echoes everything it gets, in many forms, and looks for them in the reply.
func TestNothingSecretIsShown(t *testing.T) {
	const canary = "C4nary/+=&\"<x"
	var echo func(q *http.Request) string
	tr := hostile(t, nil, func(tr *trap, c net.Conn) {
		q, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		tr.requests.Add(1)
		io.Copy(io.Discard, q.Body)
		io.WriteString(c, echo(q))
	})
	secret := write(t, "token", []byte(canary+"-file\n"))
	address := write(t, "url", []byte("http://"+tr.l.Addr().String()+"/services/T0000/Path-C4nary?k=Query-C4nary\n"))
	for _, secretURL := range []bool{false, true} {
		e := tr.endpoint()
		e.URL.Text = "http://user-C4nary:pw-C4nary@" + tr.l.Addr().String() + "/open?k=Query-C4nary&x=1"
		if secretURL {
			e.URL = Secret{File: address}
		}
		e.Headers = []Header{
			{Name: "Authorization", Value: Secret{File: secret}, Prefix: "Bearer "},
			{Name: "X-Api-Key", Value: Secret{Text: "Basic dXNlcjpDNG5hcnktcGFzcw=="}, Secret: true}, // user:C4nary-pass
		}
		e.Signing = []Secret{{Text: "whsec_C4naryC4naryC4naryC4naryC4naryC4"}}
		for name, answer := range map[string]func(q *http.Request) string{
			"body":       func(q *http.Request) string { return "HTTP/1.1 400 No\r\n\r\n" + dump(q) + dump(q) },
			"url":        func(q *http.Request) string { return "HTTP/1.1 400 No\r\n\r\n" + url.QueryEscape(dump(q)) },
			"upper case": func(q *http.Request) string { return "HTTP/1.1 400 No\r\n\r\n" + strings.ToUpper(dump(q)) },
			"decoded":    func(*http.Request) string { return "HTTP/1.1 400 No\r\n\r\nuser:C4nary-pass" },
			"redirect":   func(q *http.Request) string { return "HTTP/1.1 302 No\r\nLocation: " + q.RequestURI + "\r\n\r\n" },
			"absolute": func(q *http.Request) string {
				return "HTTP/1.1 302 No\r\nLocation: http://c/" + url.PathEscape(q.Header.Get("Authorization")) + "\r\n\r\n"
			},
			"not HTTP":  func(q *http.Request) string { return "HTTP/1.1 " + q.Header.Get("Authorization") + "\r\n\r\n" },
			"no status": func(q *http.Request) string { return q.RequestURI + "\r\n\r\n" },
			"bad header": func(q *http.Request) string {
				return "HTTP/1.1 200 OK\r\n" + q.Header.Get("Authorization") + "\r\n\r\n"
			},
			"long": func(q *http.Request) string {
				return "HTTP/1.1 500 No\r\n\r\n" + strings.Repeat(q.Header.Get("Authorization"), 9000)
			},
			"nothing": func(*http.Request) string { return "" },
		} {
			echo = answer
			c := newClient(t, nil)
			r := c.Send(t.Context(), e, request())
			shown := fmt.Sprintf("%+v %v %s %s %s", r, r.Err, Explain(e, r), c.Shown(e), e.Shown())
			if i := strings.Index(strings.ToLower(shown), "c4nary"); i >= 0 {
				t.Errorf("secret URL %t, %s: %s", secretURL, name, shown[max(0, i-40):])
			}
			if secretURL && strings.Contains(r.Location, "services") {
				t.Errorf("%s: the path of a secret URL is shown: %s", name, r.Location)
			}
		}
	}
}

func dump(q *http.Request) string {
	var b strings.Builder
	b.WriteString(q.RequestURI + "\n")
	q.Header.Write(&b)
	return b.String()
}

func TestShown(t *testing.T) {
	c := newClient(t, map[string]string{"HOOK": "https://hooks.example.com/services/T0/SECRET?x=y"})
	for _, tc := range []struct {
		url            Secret
		endpoint, full string
	}{
		{Secret{Text: "https://u:p@a.example.com:9880/x/y?z=1#f"}, "https://a.example.com:9880/x/y", "https://a.example.com:9880/x/y"},
		{Secret{Text: "https://a.example.com\x1b[2J/"}, "(not a URL)", "(not a URL)"},
		{Secret{Env: "HOOK"}, "(url from $HOOK)", "https://hooks.example.com"},
		{Secret{Env: "NOTHING"}, "(url from $NOTHING)", "(url from $NOTHING)"},
		{Secret{Credential: "hook"}, "(url from credential hook)", "(url from credential hook)"},
	} {
		e := Endpoint{URL: tc.url}
		if e.Shown() != tc.endpoint || c.Shown(e) != tc.full {
			t.Errorf("%+v: %q, %q; want %q, %q", tc.url, e.Shown(), c.Shown(e), tc.endpoint, tc.full)
		}
	}
}

func TestPrintable(t *testing.T) {
	for _, tc := range []struct {
		in    string
		limit int
		want  string
	}{
		{"plain text", 512, "plain text"},
		{`{"error":"x"}`, 512, `{"error":"x"}`},
		{"a\r\nb\t\x1b]0;title\x07", 512, `a\r\nb\t\x1b]0;title\a`},
		{"é \u202e \xff \x00 \\", 512, `\u00e9 \u202e \xff \x00 \\`},
		{"exactly-10", 10, "exactly-10"},
		{"more than 10", 10, "more th..."},
		{"\x00\x00\x00", 10, `\x00...`},
	} {
		if got := printable(tc.in, tc.limit); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.in, got, tc.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		got := printable(rapid.String().Draw(t, "text"), rapid.IntRange(3, 40).Draw(t, "limit"))
		for _, c := range []byte(got) {
			if c < ' ' || c > '~' {
				t.Fatalf("%q", got)
			}
		}
	})
}

// FuzzMask: a secret never survives, wherever it stands and however it was
// written, whole or cut at the end.
func FuzzMask(f *testing.F) {
	f.Add("before ", "s3cret", " after", 2)
	f.Add("", "aaaa", "aa", 3)
	f.Add("x", "A/b+c=", "%2F", 1)
	f.Fuzz(func(t *testing.T, before, secret, after string, cut int) {
		// What is left of a text and the mark could spell a secret of brackets
		// or one that is part of the mark; that reveals nothing.
		if strings.TrimSpace(secret) == "" || strings.ContainsAny(secret, "[]") || strings.Contains(redacted, strings.ToLower(secret)) {
			t.Skip()
		}
		var m mask
		m.add(secret)
		folded := lower(secret)
		for _, form := range []string{secret, strings.ToUpper(secret), url.QueryEscape(secret), url.PathEscape(secret)} {
			hidden := m.hide(before+form+after, false)
			if strings.Contains(lower(hidden), folded) || strings.Contains(hidden, url.QueryEscape(secret)) {
				t.Errorf("%q survives in %q", secret, hidden)
			}
		}
		if cut = min(max(cut, 1), len(secret)); cut >= shortest {
			if hidden := m.hide(before+secret[:cut], true); strings.HasSuffix(hidden, secret[:cut]) {
				t.Errorf("%q survives at the end of %q", secret[:cut], hidden)
			}
		}
	})
}

func TestMaskLeavesTheRest(t *testing.T) {
	var m mask
	m.add("abcd")
	m.add("cdef")
	m.add("token-7")
	for in, want := range map[string]string{
		"nothing here":        "nothing here",
		"x abcdef y":          "x [redacted] y", // they overlap
		"ABCD, abcd":          "[redacted], [redacted]",
		"ends with tok":       "ends with tok", // as Bad Request ends with t
		"ends with toke":      "ends with [redacted]",
		"user=1&token=abcd&y": "user=1&token=[redacted]&y",
	} {
		if got := m.hide(in, strings.HasPrefix(in, "ends")); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestAnswerIsFitForATerminal(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	r.Behave(receiver.Behaviour{Status: 500, Body: "\x1b[2J\r\nfake: log line\n" + strings.Repeat("é", 1000)})
	reply := newClient(t, nil).Send(t.Context(), e, request())
	if len(reply.Answer) > maxText || !strings.HasPrefix(reply.Answer, `\x1b[2J\r\nfake: log line\n\u00e9`) || !strings.HasSuffix(reply.Answer, "...") {
		t.Errorf("%d bytes: %s", len(reply.Answer), reply.Answer)
	}
}
