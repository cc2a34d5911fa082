package cmd

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/receiver"
)

// requestLog prints what a listener gets: requests for people on stderr, or
// as JSON, an object for each, on stdout.
type requestLog struct {
	a       *app
	unheard func() // nobody reads what is printed
}

// receivedItem is a request as JSON.
type receivedItem struct {
	Time    time.Time         `json:"time"`
	From    string            `json:"from"`
	Client  string            `json:"client,omitempty"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Bytes   int64             `json:"bytes"`
	Status  int               `json:"status,omitempty"`
	Fault   string            `json:"fault,omitempty"`
	Problem string            `json:"problem,omitempty"`
	Stored  bool              `json:"stored"`
	Events  []json.RawMessage `json:"events"`
}

// note prints one request.
func (l *requestLog) note(q receiver.Request) {
	if l.a.out.Err() != nil {
		l.unheard()
	}
	if l.a.flags.json() {
		item := receivedItem{
			Time: q.Time.UTC(), From: q.Conn, Client: q.Client, Method: q.Method, Path: q.Path, Headers: map[string]string{},
			Bytes: q.Size, Status: q.Status, Fault: string(q.Fault), Problem: q.Problem, Stored: q.Stored, Events: nonNil(q.Events),
		}
		for name := range q.Header {
			item.Headers[name] = heardHeader(q, name)
		}
		_ = ui.JSON(l.a.out, item) // remembered by the stream
		return
	}
	if l.a.flags.quiet {
		return
	}
	fmt.Fprint(l.a.err, l.line(q))
}

// line is a request for people, with its headers if that was asked for.
func (l *requestLog) line(q receiver.Request) string {
	color, status := ui.Good, strconv.Itoa(q.Status)
	if q.Status == 0 {
		status = "---"
	}
	if !q.Stored {
		color = ui.Bad
	}
	var line strings.Builder
	fmt.Fprintf(&line, "%s %s %s %s  %s, %s", q.Time.Format(time.TimeOnly), l.a.err.Paint(color, status), q.Method, ui.Clean(q.Path),
		ui.Plural(int64(len(q.Events)), "event"), ui.Bytes(q.Size))
	for _, more := range []string{q.Key(), q.Client, string(q.Fault), q.Problem} {
		if more != "" {
			line.WriteString("  " + ui.Clean(more))
		}
	}
	if l.a.flags.verbose {
		for _, name := range slices.Sorted(maps.Keys(q.Header)) {
			line.WriteString("\n    " + name + ": " + ui.Clean(heardHeader(q, name)))
		}
	}
	return line.String() + "\n"
}

// heardHeader is the value of a header that came in; of a secret one only that
// it is there, and how long it is.
func heardHeader(q receiver.Request, name string) string {
	value := q.Header.Get(name)
	if config.Sensitive(name) && name != "Idempotency-Key" {
		return fmt.Sprintf("%s (%s)", hidden, ui.Plural(int64(len(value)), "character"))
	}
	return value
}
