package torture

import (
	"fmt"
	"strings"
	"testing"
)

// With hardly any descriptors it says so, dies of nothing, and acknowledges
// nothing that is not there (C04).
func TestFewDescriptors(t *testing.T) {
	w := newWorld(t, []string{"b", "d"})
	backlog(w)
	refused := 0
	for n := 8; n <= 15; n++ { // with fewer Go itself gives up before main
		r := w.send(fmt.Sprint("n", n), 2, command{
			args: []string{"send", "--wait", "0"}, via: []string{"sh", "-c", `ulimit -n "$0" && exec "$@"`, fmt.Sprint(n)},
		})
		if alarming.MatchString(r.Stderr) {
			t.Errorf("with %d descriptors: code %d: %s", n, r.Code, r.Stderr)
		}
		switch r.Code {
		case 0:
		case 69, 74, 77: // no connection, no queue, no secret
			refused++
		default:
			t.Errorf("with %d descriptors: code %d: %s", n, r.Code, failures(r.Stderr))
		}
	}
	if refused == 0 {
		t.Error("it never wanted for descriptors")
	}
	w.history.Crashes += refused
	w.settle()
	w.judge("with few descriptors")
}

// Nothing of an event reaches a header or a URL, whatever it holds (S08).
func TestEventsStayInTheBody(t *testing.T) {
	w := newWorld(t, []string{"b"})
	const evil = `\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1`
	event := strings.ReplaceAll(`{"summary":"EVIL","details":{"client_name":"EVIL","cloud":"EVIL","notification_type":"new_hitsEVIL","hit":{"id":["EVIL"],"domain":"EVIL","path":"EVIL"}}}`, "EVIL", evil)
	if r := w.run(command{name: "send", args: []string{"send"}, stdin: strings.NewReader(event + "\n")}); r.Code != 0 {
		t.Errorf("code %d: %s", r.Code, failures(r.Stderr))
	}
	requests := w.collectors["b"].Requests()
	if len(requests) != 1 || !strings.Contains(string(requests[0].Body), evil) {
		t.Fatalf("%d requests", len(requests))
	}
	q := requests[0]
	if about := strings.ToLower(fmt.Sprint(q.Method, q.Path, q.Header)); strings.Contains(about, "evil") {
		t.Errorf("%s", about)
	}
}
