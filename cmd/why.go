package cmd

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) why() *cobra.Command {
	return &cobra.Command{
		Use:   "why ID|KEY",
		Short: "Tell every attempt of a batch, and what became of it",
		Long: `Tell where a batch is and every attempt to deliver it: when, the status, how long
it took, what came of it, and the start of the answer. A batch is named by its
Idempotency-Key, by the number of one of its events (siem:1001), or as a dead
letter. Delivered ones are known for the retention of the history ([log] retention).`,
		Example: `  wnotify why siem:1001
  wnotify why wn_mxh2c7nh4ivgyrq4qfrk7vkpae -o json`,
		Args:              one("ID or KEY"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			return a.look(c.Context(), func(l *lookout) error { return a.explainBatch(c.Context(), l, args[0]) })
		},
	}
}

// attemptItem is one attempt as JSON.
type attemptItem struct {
	Integration string          `json:"integration"`
	At          time.Time       `json:"at"`
	Key         string          `json:"key"`
	Events      int             `json:"events"`
	Attempt     int             `json:"attempt"`
	Status      int             `json:"status,omitempty"`
	Latency     ui.Milliseconds `json:"latency"`
	Outcome     string          `json:"outcome"`
	Error       string          `json:"error,omitempty"`
	Answer      string          `json:"answer,omitempty"`
}

func attemptsOf(t *dispatch.Trace) []attemptItem {
	list := make([]attemptItem, 0, len(t.Attempts))
	for _, a := range t.Attempts {
		list = append(list, attemptItem{
			Integration: a.Lane, At: a.At.UTC(), Key: a.Key, Events: a.Events, Attempt: a.Number, Status: a.Status,
			Latency: ui.Milliseconds(a.Latency), Outcome: a.Outcome, Error: a.Error, Answer: a.Answer,
		})
	}
	return list
}

// batchItem is a batch with its story as JSON.
type batchItem struct {
	ID          string        `json:"id,omitempty"`
	Key         string        `json:"key,omitempty"`
	Integration string        `json:"integration"`
	State       string        `json:"state"`
	Events      int           `json:"events"`
	Bytes       int64         `json:"bytes"`
	Attempt     int           `json:"attempt,omitempty"`
	NextAttempt time.Time     `json:"next_attempt,omitzero"`
	Letter      string        `json:"dead_letter,omitempty"`
	Items       []attemptItem `json:"items"`
}

func (a *app) explainBatch(ctx context.Context, l *lookout, id string) error {
	t, err := l.Trace(ctx, id)
	if err != nil {
		return err
	}
	if t == nil {
		return &failure{
			code: exitFailed, err: fmt.Errorf("nothing is known of %s: it is not queued, no dead letter, and not in the history", ui.Clean(id)),
			fix: "see wnotify queue list and wnotify dead list; the history is kept for [log] retention",
		}
	}
	b := batchItem{
		Key: t.Key, Integration: t.Lane, State: standingOf(t), Events: t.Events, Bytes: t.Bytes, Items: attemptsOf(t),
	}
	if t.First > 0 {
		b.ID = fmt.Sprintf("%s:%d", t.Lane, t.First)
	}
	if t.Queued != nil {
		b.Attempt, b.NextAttempt = t.Queued.Piece.Attempt, t.Queued.Piece.NotBefore.UTC()
	}
	if t.Letter != nil {
		b.Letter = t.Letter.ID
	}
	if a.flags.json() {
		return ui.JSON(a.out, b)
	}
	name := b.ID
	if name == "" {
		name = b.Key
	}
	fmt.Fprintf(a.out, "%s  %s, %s", a.title(name), ui.Plural(int64(b.Events), "event"), ui.Bytes(b.Bytes))
	if b.Key != "" && name != b.Key {
		fmt.Fprintf(a.out, ", key %s", b.Key)
	}
	fmt.Fprintf(a.out, "\n%s\n", a.whereabouts(t))
	if len(b.Items) > 0 {
		fmt.Fprintln(a.out)
		a.printAttempts(b.Items)
	}
	return nil
}

// The states of a batch.
const (
	batchQueued    = "queued"
	batchDead      = "dead"
	batchDelivered = "delivered"
	batchHalved    = "halved" // its halves are batches of their own
	batchGone      = "gone"   // dropped, or replayed and forgotten since
)

func standingOf(t *dispatch.Trace) string {
	last := t.LastAttempt()
	switch {
	case t.Queued != nil:
		return batchQueued
	case t.Letter != nil:
		return batchDead
	case last != nil && last.Outcome == string(dispatch.Delivered):
		return batchDelivered
	case last != nil && last.Outcome == string(dispatch.Halved):
		return batchHalved
	}
	return batchGone
}

// whereabouts is what became of a batch, in a sentence.
func (a *app) whereabouts(t *dispatch.Trace) string {
	now := a.env.Now()
	switch standingOf(t) {
	case batchDelivered:
		return a.out.Paint(ui.Good, "delivered") + " to " + t.Lane + " " + ui.When(t.LastAttempt().At, now)
	case batchDead:
		return a.out.Paint(ui.Bad, "a dead letter") + " of " + t.Lane + ", given up " + ui.When(t.Letter.Died, now) +
			fmt.Sprintf(" after %s: %s\nagain: wnotify dead replay %s", ui.Plural(int64(t.Letter.Attempts), "attempt"), ui.Clean(t.Letter.Reason), t.Letter.ID)
	case batchHalved:
		return a.out.Paint(ui.Warn, "halved") + ": it was refused as a whole, and its halves are sent by themselves"
	case batchGone:
		return a.out.Paint(ui.Warn, "gone") + ": it left the queue of " + t.Lane + " without being delivered; a person dropped or moved it"
	}
	p := t.Queued.Piece
	s := a.out.Paint(ui.Warn, "queued") + " for " + t.Lane
	switch {
	case p.Attempt == 0:
		return s + ", not tried yet"
	case p.NotBefore.IsZero():
		return s + fmt.Sprintf(", attempt %d is due", p.Attempt+1)
	}
	return s + fmt.Sprintf(", attempt %d %s", p.Attempt+1, due(dispatch.Due(p, now), now))
}

// due tells when something is to happen that may be late.
func due(at, now time.Time) string {
	if at.After(now) {
		return ui.When(at, now)
	}
	return "is due (wnotify flush)"
}

func (a *app) printAttempts(list []attemptItem) {
	t := ui.Table{Columns: []ui.Column{
		{Title: "#", Right: true},
		{Title: "TIME"},
		{Title: "STATUS", Right: true},
		{Title: "TOOK", Right: true},
		{Title: "EVENTS", Right: true},
		{Title: "OUTCOME"},
		{Title: "ANSWER", Least: 16, Wrap: true},
	}}
	for _, i := range list {
		status := ui.Cell{Text: "-"}
		if i.Status != 0 {
			status = ui.Number(int64(i.Status))
		}
		said := i.Error
		if said == "" {
			said = i.Answer
		}
		color := ui.Warn
		switch i.Outcome {
		case string(dispatch.Delivered):
			color = ui.Good
		case string(dispatch.Dead):
			color = ui.Bad
		}
		t.Row(ui.Number(int64(i.Attempt)), ui.Word(i.At.Format(time.RFC3339)), status,
			ui.Word(ui.Duration(time.Duration(i.Latency))), ui.Number(int64(i.Events)), ui.Painted(color, i.Outcome), ui.Word(said))
	}
	t.Print(a.out)
}
