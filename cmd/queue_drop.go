package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) queueDrop() *cobra.Command {
	var s selecting
	yes := false
	c := &cobra.Command{
		Use:   "drop [ID...]",
		Short: "Throw away what waits, for good",
		Long: `Throw away events that wait, for good: those of the IDs, or those that the flags
let through. It asks before, unless --yes. What is on the wire at that moment may
still arrive.`,
		Example: `  wnotify queue drop siem:1001
  wnotify queue drop -i siem --since 1h
  wnotify queue drop --all --yes`,
		RunE: func(c *cobra.Command, args []string) error {
			return a.change(c.Context(), &s, args, func(e *engine) error {
				return a.dropQueued(c.Context(), e, &s, yes)
			})
		},
	}
	s.register(a, c, "created")
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

// dropped is what was thrown away of one integration.
type dropped struct {
	Integration string `json:"integration"`
	Events      int64  `json:"events"`

	rows []dispatch.Queued // nil: the whole queue
}

func (a *app) dropQueued(ctx context.Context, e *engine, s *selecting, yes bool) error {
	list, err := s.doomed(ctx, e)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		if err := a.confirm(ctx, yes, dropping(list)); err != nil {
			return err
		}
	}
	done := []dropped{}
	for _, d := range list {
		if d.rows == nil {
			d.Events, err = e.Clear(ctx, d.Integration)
		} else {
			d.Events, err = e.Drop(ctx, d.Integration, d.rows)
		}
		if d.Events > 0 {
			done = append(done, d)
		}
		if err != nil {
			break
		}
	}
	if err != nil && len(done) == 0 {
		return err
	}
	return errors.Join(err, a.printDropped(done))
}

func (a *app) printDropped(done []dropped) error {
	if a.flags.json() {
		return ui.JSON(a.out, struct {
			Changed bool      `json:"changed"`
			Items   []dropped `json:"items"`
		}{len(done) > 0, done})
	}
	if len(done) == 0 {
		a.sayf("there is nothing to drop")
	}
	for _, d := range done {
		a.sayf("dropped %s of %s", ui.Plural(d.Events, "event"), d.Integration)
	}
	return nil
}

// doomed is what a drop would throw away, by integration.
func (s *selecting) doomed(ctx context.Context, e *engine) (list []dropped, err error) {
	if s.whole() {
		names, err := s.lanes(ctx, e)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			l, err := e.Store.Lane(ctx, name)
			if err != nil {
				return nil, err
			}
			if l.Events > 0 {
				list = append(list, dropped{Integration: name, Events: l.Events})
			}
		}
		return list, nil
	}
	at := map[string]int{}
	for q, err := range s.rows(ctx, e) {
		if err != nil {
			return nil, err
		}
		n, ok := at[q.Lane]
		if !ok {
			n = len(list)
			at[q.Lane] = n
			list = append(list, dropped{Integration: q.Lane})
		}
		list[n].Events += int64(q.Piece.Events)
		list[n].rows = append(list[n].rows, q.WithoutData())
	}
	return list, nil
}

// dropping is the question about a drop.
func dropping(list []dropped) question {
	q := question{what: "dropping events", ask: "Drop them for good?", fix: "add --yes"}
	for _, d := range list {
		fact := fmt.Sprintf("%s: %s", d.Integration, ui.Plural(d.Events, "event"))
		if d.rows != nil {
			fact += " in " + ui.Plural(int64(len(d.rows)), "row")
		}
		q.facts = append(q.facts, fact)
	}
	return q
}
