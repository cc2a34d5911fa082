package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/payload"
)

func (a *app) queueShow() *cobra.Command {
	var s selecting
	body := false
	c := &cobra.Command{
		Use:   "show ID...",
		Short: "Show the request of a batch and what became of it so far",
		Long: `Show what would be sent next: method, URL and headers, secrets as references, and
the attempts so far. With --body, the body and nothing else. Events that are in no
batch yet are shown as if they were one.`,
		Example: `  wnotify queue show siem:1001
  wnotify queue show siem:1001 --body | jq .`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), true); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error {
				w := shower{a: a, l: l, body: body}
				for q, err := range s.rows(c.Context(), l.engine) {
					if err == nil {
						err = w.show(c.Context(), itemOf(q), q.Piece.Format, func() ([]byte, error) { return l.Data(c.Context(), q) })
					}
					if err != nil {
						return err
					}
				}
				return w.end()
			})
		},
	}
	s.register(a, c, "created")
	c.Flags().BoolVar(&body, "body", false, "print the body only, as it would be sent (before compression)")
	return c
}

// shower shows batches, of a queue or dead, one after the other.
type shower struct {
	a    *app
	l    *lookout
	body bool

	items []shownBatch
	shown int
}

// shownBatch is a batch with its request and its attempts as JSON.
type shownBatch struct {
	queuedItem

	Method   string            `json:"method,omitempty"`
	URL      string            `json:"url,omitempty"`
	Headers  map[string]string `json:"headers,omitempty"`
	Body     string            `json:"body,omitempty"`
	Attempts []attemptItem     `json:"attempts,omitempty"`
}

func (w *shower) show(ctx context.Context, item queuedItem, format string, data func() ([]byte, error)) error {
	i, known := w.l.Settings().Integration(item.Integration)
	f := payload.Format(format)
	if f == "" {
		f = i.Format
	}
	if f == "" {
		f = payload.JSONArray // of an integration that has gone: the usual one
	}
	b := shownBatch{queuedItem: item}
	if w.body {
		events, err := data()
		if err != nil {
			return err
		}
		if len(events) > 0 {
			b.Body = string(f.Content(events))
		}
		if !w.a.flags.json() {
			return w.raw(b.Body)
		}
	}
	var headers []collector.Header
	if known && w.l.trouble == nil {
		headers = w.l.client.Headers(i.Endpoint, collector.Request{Key: item.Key, Type: f.ContentType()})
		b.Method, b.URL, b.Headers = i.Endpoint.Method, w.l.client.Shown(i.Endpoint), map[string]string{}
		for _, h := range headers {
			b.Headers[h.Name] = shownHeader(h)
		}
	}
	id := item.Key
	if id == "" {
		id = item.ID
	}
	trace, err := w.l.Trace(ctx, id)
	if err != nil {
		return err
	}
	if trace != nil {
		b.Attempts = attemptsOf(trace)
	}
	if w.a.flags.json() {
		w.items = append(w.items, b)
		return nil
	}
	w.print(b, headers, trace)
	return nil
}

// raw prints a body as it is.
func (w *shower) raw(body string) error {
	if w.shown++; w.shown > 1 {
		body = "\n" + body
	}
	if w.a.out.Terminal {
		body += "\n"
	}
	_, err := fmt.Fprint(w.a.out, body)
	return err
}

func (w *shower) print(b shownBatch, headers []collector.Header, trace *dispatch.Trace) {
	out := w.a.out
	if w.shown++; w.shown > 1 {
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "%s  %s, %s", w.a.title(b.ID), ui.Plural(int64(b.Events), "event"), ui.Bytes(b.Bytes))
	if b.Key != "" {
		fmt.Fprintf(out, ", key %s", b.Key)
	}
	fmt.Fprintln(out)
	if trace != nil {
		fmt.Fprintf(out, "%s\n", w.a.whereabouts(trace))
	}
	if b.Method != "" {
		fmt.Fprintf(out, "\n%s %s\n", b.Method, ui.Clean(b.URL))
		for _, h := range headers {
			fmt.Fprintf(out, "%s: %s\n", ui.Clean(h.Name), ui.Clean(shownHeader(h)))
		}
	}
	if len(b.Attempts) > 0 {
		fmt.Fprintln(out)
		w.a.printAttempts(b.Attempts)
	}
}

// end prints what was collected.
func (w *shower) end() error {
	if w.a.flags.json() {
		return ui.Items(w.a.out, w.items)
	}
	return nil
}
