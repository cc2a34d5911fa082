package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/intake"
)

// rehearsed is one event of a dry run as JSON.
type rehearsed struct {
	Source string            `json:"source"`
	Offset int64             `json:"offset"`
	Line   int64             `json:"line,omitempty"`
	Type   string            `json:"type,omitempty"`
	To     []string          `json:"to,omitempty"`
	NotTo  map[string]string `json:"not_to,omitempty"`
	Error  string            `json:"error,omitempty"`
}

// wouldSend is one request of a dry run as JSON.
type wouldSend struct {
	Integration string            `json:"integration"`
	Method      string            `json:"method"`
	URL         string            `json:"url"`
	Headers     map[string]string `json:"headers"`
	Body        json.RawMessage   `json:"body,omitempty"` // a JSON array
	Text        string            `json:"text,omitempty"` // NDJSON
	Curl        string            `json:"curl,omitempty"`
}

// dryRun says where each event would go and shows the requests that send would
// make. Nothing is changed.
func (a *app) dryRun(ctx context.Context, e *engine, command string, in dispatch.Input, asCurl bool) error {
	var events []rehearsed
	var requests []wouldSend
	signed := map[string]bool{}
	show := dispatch.Rehearsal{
		Event: func(path string, at intake.Place, ev event.Event, takers []string, others map[string]string, invalid error) {
			r := rehearsed{Source: path, Offset: at.Offset, Line: at.Line, Type: ev.Type, To: takers, NotTo: others}
			if invalid != nil {
				r.Error = invalid.Error()
			}
			switch {
			case a.flags.json():
				events = append(events, r)
			case !asCurl:
				a.printRehearsed(r)
			}
		},
		Request: func(i dispatch.Integration, q collector.Request) {
			w := a.wouldSend(e, i, q, asCurl)
			if asCurl && len(i.Endpoint.Signing) > 0 && !signed[i.Name] && !a.flags.quiet {
				signed[i.Name] = true
				fmt.Fprintf(a.err, "note: %s signs its requests, and curl does not: a collector that checks will refuse them\n", i.Name)
			}
			switch {
			case a.flags.json():
				requests = append(requests, w)
			case asCurl:
				fmt.Fprintln(a.out, w.Curl)
			default:
				a.printRequest(w)
			}
		},
	}
	if command == nameEnqueue {
		show.Request = nil // it makes none
	}
	s, err := e.Rehearse(ctx, in, show)
	if err == nil && a.flags.json() {
		err = ui.JSON(a.out, struct {
			Command  string      `json:"command"`
			DryRun   bool        `json:"dry_run"`
			Read     int64       `json:"read"`
			Events   []rehearsed `json:"events"`
			Requests []wouldSend `json:"requests"`
		}{command, true, s.Read, nonNil(events), nonNil(requests)})
	}
	return joined(err, s.Problems())
}

func (a *app) printRehearsed(r rehearsed) {
	at := r.Source
	if at == "-" {
		at = "stdin"
	}
	if r.Line > 0 {
		at += fmt.Sprintf(" line %d", r.Line)
	} else {
		at += fmt.Sprintf(" byte %d", r.Offset)
	}
	at, kind := ui.Clean(at), ui.Clean(r.Type) // both may be a stranger's
	switch {
	case r.Error != "":
		fmt.Fprintf(a.out, "%s: %s %s\n", at, a.out.Paint(ui.Bad, "reject:"), ui.Clean(r.Error))
		return
	case len(r.To) > 0:
		fmt.Fprintf(a.out, "%s: %s → %s\n", at, kind, strings.Join(r.To, ", "))
	default:
		fmt.Fprintf(a.out, "%s: %s → %s\n", at, kind, a.out.Paint(ui.Warn, "nobody"))
	}
	for _, name := range slices.Sorted(maps.Keys(r.NotTo)) {
		fmt.Fprintf(a.out, "    not %s: %s\n", name, r.NotTo[name])
	}
}

func (a *app) printRequest(w wouldSend) {
	fmt.Fprintf(a.out, "\n%s %s    (%s)\n", w.Method, w.URL, w.Integration)
	for _, name := range slices.Sorted(maps.Keys(w.Headers)) {
		fmt.Fprintf(a.out, "%s: %s\n", name, w.Headers[name])
	}
	fmt.Fprintf(a.out, "\n%s%s\n", w.Body, strings.TrimSuffix(w.Text, "\n"))
}

func (a *app) wouldSend(e *engine, i dispatch.Integration, q collector.Request, asCurl bool) wouldSend {
	w := wouldSend{Integration: i.Name, Method: i.Endpoint.Method, URL: e.client.Shown(i.Endpoint), Headers: map[string]string{}}
	for _, h := range slices.Concat(e.client.Headers(i.Endpoint, q), collector.Signature(i.Endpoint, q.Key)) {
		w.Headers[h.Name] = shownHeader(h)
	}
	if i.Format == "ndjson" {
		w.Text = string(q.Content())
	} else {
		w.Body = q.Content()
	}
	if asCurl {
		w.Curl = curl(e, i, q)
	}
	return w
}

// curl is a command that makes the request when it is pasted into a shell;
// secrets are read there, where they are read here.
func curl(e *engine, i dispatch.Integration, q collector.Request) string {
	p := i.Endpoint
	words := []string{"curl", "-sS", "-X", p.Method}
	for _, h := range e.client.Headers(p, q) {
		if h.Value.Plain() && shownHeader(h) == hidden {
			h.Value = collector.Secret{Env: secretVariable(i.Name, h.Name)}
		}
		words = append(words, "-H", shellSecret(h.Name+": "+h.Prefix, h.Value))
	}
	switch {
	case strings.Contains(p.CA, "-----BEGIN"):
		words = append(words, "--cacert", "<(printf %s "+config.ShellQuote(p.CA)+")")
	case p.CA != "":
		words = append(words, "--cacert", config.ShellQuote(p.CA))
	}
	if p.SkipVerify {
		words = append(words, "-k")
	}
	if p.ClientCert != "" {
		words = append(words, "--cert", config.ShellQuote(p.ClientCert), "--key", config.ShellQuote(p.ClientKey))
	}
	body, before := config.ShellQuote(string(q.Content())), ""
	if p.Compression == "gzip" || p.Compression == "zstd" { // both are names of programs, too
		body, before = "@-", "printf %s "+body+" | "+p.Compression+" -c | "
	}
	words = append(words,
		"--connect-timeout", fmt.Sprintf("%g", p.ConnectTimeout.Seconds()),
		"--max-time", fmt.Sprintf("%g", (p.ConnectTimeout+p.RequestTimeout).Seconds()),
		"--data-binary", body, urlWord(i))
	return before + strings.Join(words, " ")
}

// shellSecret is a word of a shell with a secret that the shell reads.
func shellSecret(before string, s collector.Secret) string {
	switch {
	case s.File != "":
		return config.ShellQuote(before) + `"$(cat ` + config.ShellQuote(s.File) + `)"`
	case s.Credential != "":
		return config.ShellQuote(before) + `"$(cat "$CREDENTIALS_DIRECTORY"/` + config.ShellQuote(s.Credential) + `)"`
	case s.Env != "":
		return config.ShellQuote(before) + `"$` + s.Env + `"`
	}
	return config.ShellQuote(before + s.Text)
}

// urlWord is the URL for a shell: one with a query or a user in it is secret,
// so the shell is to know it.
func urlWord(i dispatch.Integration) string {
	u := i.Endpoint.URL
	if u.Plain() && i.Endpoint.Shown() != u.Text {
		return `"$` + secretVariable(i.Name, "URL") + `"`
	}
	return shellSecret("", u)
}

// secretVariable is the variable that stands for a secret which the
// configuration holds itself.
func secretVariable(parts ...string) string {
	clean := func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}
	return strings.Map(clean, strings.ToUpper(strings.Join(parts, "_")))
}

func joined(err error, more []error) error { return errors.Join(append([]error{err}, more...)...) }

// nonNil makes a list that is empty, not null, in JSON.
func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
