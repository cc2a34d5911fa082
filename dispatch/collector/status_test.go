package collector

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// Success is 200 to 299 and nothing else, whatever number comes.
func TestEveryStatus(t *testing.T) {
	next := make(chan int, 1)
	tr := hostile(t, nil, func(tr *trap, c net.Conn) {
		in := bufio.NewReader(c)
		for tr.read(in) {
			status := <-next
			fmt.Fprintf(c, "HTTP/1.1 %d Text\r\nContent-Length: 0\r\n\r\n", status)
			if status < 200 {
				return // an interim answer, and no other comes
			}
		}
	})
	c := newClient(t, nil)
	e := tr.endpoint()
	for status := 100; status <= 999; status++ {
		next <- status
		r := c.Send(t.Context(), e, request())
		want := status
		if status < 200 && status != http.StatusSwitchingProtocols {
			want = 0
		}
		if r.Status != want || r.OK() != (status >= 200 && status <= 299) || (want == 0) != (r.Cause == Reset) {
			t.Errorf("status %d: %+v", status, r)
		}
		if !r.OK() && Explain(e, r) == "" {
			t.Errorf("status %d: nothing is said about what to do", status)
		}
	}
	if n := tr.requests.Load(); n != 900 {
		t.Errorf("%d requests for 900 attempts", n)
	}
}

// D11, D12: a redirect is an answer. Where it leads nobody is asked.
func TestRedirectsAreNotFollowed(t *testing.T) {
	elsewhere, _ := listen(t, receiver.Options{})
	r, e := listen(t, receiver.Options{TLS: true})
	c := newClient(t, nil)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []struct{ location, shown string }{
			{elsewhere.URL() + "login?token=t0ken", elsewhere.URL() + "login"},
			{"https://user:pa55@other.example.com/x#f", "https://other.example.com/x"},
			{"http://169.254.169.254/latest/meta-data", "http://169.254.169.254/latest/meta-data"},
			{"file:///etc/passwd", "file:///etc/passwd"},
			{"/sub?x=1", r.URL() + "sub"},
			{":", "(not a URL)"},
			{"", ""},
		} {
			r.Behave(receiver.Behaviour{Status: status, Location: to.location})
			reply := c.Send(t.Context(), e, request())
			if reply.Status != status || reply.OK() || reply.Location != to.shown {
				t.Errorf("%d to %q: %+v, want %q", status, to.location, reply, to.shown)
			}
			if !strings.Contains(Explain(e, reply), "redirects") {
				t.Errorf("%d: %s", status, Explain(e, reply))
			}
		}
	}
	if elsewhere.Connections() != 0 || r.Count() != 35 {
		t.Errorf("%d connections elsewhere, %d requests here", elsewhere.Connections(), r.Count())
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		values []string
		want   time.Duration
	}{
		{nil, 0},
		{[]string{""}, 0},
		{[]string{"5"}, 5 * time.Second},
		{[]string{" 5 "}, 5 * time.Second},
		{[]string{"0"}, 0},
		{[]string{"-5"}, 0},
		{[]string{"+5"}, 0},
		{[]string{"1.5"}, 0},
		{[]string{"3600"}, time.Hour},
		{[]string{"3601"}, time.Hour},
		{[]string{"1000000000"}, time.Hour},
		{[]string{"99999999999"}, time.Hour}, // wraps around as nanoseconds
		{[]string{"99999999999999999999"}, time.Hour},
		{[]string{"soon", "7"}, 7 * time.Second},
		{[]string{"7", "9"}, 7 * time.Second},
		{[]string{"Sun, 01 Mar 2026 12:00:30 GMT"}, 30 * time.Second},
		{[]string{"Sunday, 01-Mar-26 12:00:30 GMT"}, 30 * time.Second},
		{[]string{"Sun Mar  1 12:00:30 2026"}, 30 * time.Second},
		{[]string{"Sun, 01 Mar 2026 11:00:00 GMT"}, 0},
		{[]string{"Fri, 31 Dec 9999 23:59:59 GMT"}, time.Hour},
	} {
		if got := retryAfter(tc.values, now); got != tc.want {
			t.Errorf("%q: %s, want %s", tc.values, got, tc.want)
		}
	}
}

func TestRetryAfterCountsFor429And503(t *testing.T) {
	r, e := listen(t, receiver.Options{})
	c := newClient(t, nil)
	for status, want := range map[int]time.Duration{429: 9 * time.Second, 503: 9 * time.Second, 500: 0, 301: 0, 200: 0} {
		r.Behave(receiver.Behaviour{Status: status, RetryAfter: "9"})
		if reply := c.Send(t.Context(), e, request()); reply.Status != status || reply.RetryAfter != want {
			t.Errorf("%+v, want %s", reply, want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"5", "-1", "1e9", "99999999999999999999", "Sun, 01 Mar 2026 12:00:30 GMT", ""} {
		f.Add(s)
	}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if d := retryAfter([]string{s}, now); d < 0 || d > time.Hour {
			t.Errorf("%q: %s", s, d)
		}
	})
}

// FuzzAnswer: whatever comes back, it is read within bounds and is a success
// only if a success stands in its first line.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{ok200, "HTTP/1.1 204 x\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", "HTTP/1.0 500\r\n\r\nx", "HTTP/1.1 100\r\n\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := pipe(t, func(c net.Conn) {
			go io.Copy(io.Discard, c)
			io.WriteString(c, text)
		})
		a, err := c.exchange(t.Context(), post(), false, 5*time.Second)
		if len(a.body) > maxBody {
			t.Errorf("%d bytes", len(a.body))
		}
		if a.ok() && err == nil && !strings.Contains(text, fmt.Sprintf(" %d", a.status)) {
			t.Errorf("%q was taken for %d", text, a.status)
		}
	})
}
