package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

// rowsShown is how many rows of an integration a terminal gets.
const rowsShown = 100

func (a *app) queueList() *cobra.Command {
	var s selecting
	limit := 0
	c := &cobra.Command{
		Use:     "list [ID...]",
		Aliases: []string{"ls"},
		Short:   "List what waits, batch by batch",
		Example: `  wnotify queue list
  wnotify queue list -i siem --since 1h
  wnotify queue list -o json | jq '.items[] | select(.attempt > 3)'`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), false); err != nil {
				return err
			}
			if limit < 0 {
				return usagef("--limit %d: it must not be negative", limit)
			}
			if !c.Flags().Changed("limit") && a.out.Terminal && !a.flags.json() {
				limit = rowsShown
			}
			return a.look(c.Context(), func(l *lookout) error { return a.listQueue(c.Context(), l, &s, limit) })
		},
	}
	s.register(a, c, "created")
	c.Flags().IntVar(&limit, "limit", 0, "at most `N` rows of each integration; 0: all (the default; on a terminal 100)")
	return c
}

// queuedItem is a row of a queue, or a dead letter, as JSON.
type queuedItem struct {
	ID          string    `json:"id"`
	Key         string    `json:"key,omitempty"`
	Integration string    `json:"integration"`
	Events      int       `json:"events"`
	Bytes       int64     `json:"bytes"`
	Created     time.Time `json:"created,omitzero"`
	Died        time.Time `json:"died,omitzero"`
	Attempt     int       `json:"attempt,omitempty"`
	NextAttempt time.Time `json:"next_attempt,omitzero"`
	LastStatus  int       `json:"last_status,omitempty"`
	LastError   string    `json:"last_error,omitempty"`
	Aside       bool      `json:"aside,omitempty"`
}

func itemOf(q dispatch.Queued) queuedItem {
	p := q.Piece
	return queuedItem{
		ID: q.ID(), Key: p.Key, Integration: q.Lane, Events: p.Events, Bytes: p.Bytes, Created: q.Created.UTC(),
		Attempt: p.Attempt, NextAttempt: p.NotBefore.UTC(), LastStatus: p.Status, LastError: p.Error, Aside: q.Aside,
	}
}

// unlisted is what a limit left out of one integration.
type unlisted struct {
	Integration string `json:"integration"`
	Events      int64  `json:"events"`
	Bytes       int64  `json:"bytes"`
}

func (a *app) listQueue(ctx context.Context, l *lookout, s *selecting, limit int) error {
	items := []queuedItem{}
	var more []unlisted
	var err error
	if len(s.ids) == 0 && limit > 0 {
		more, err = l.firstRows(ctx, s, limit, func(q dispatch.Queued) { items = append(items, itemOf(q)) })
	} else {
		for q, rowErr := range s.rows(ctx, l.engine) {
			if rowErr != nil {
				err = errors.Join(err, rowErr)
				continue // what is damaged hides nothing else
			}
			items = append(items, itemOf(q))
		}
	}
	switch {
	case a.flags.json():
		return errors.Join(ui.JSON(a.out, struct {
			Items []queuedItem `json:"items"`
			More  []unlisted   `json:"more,omitempty"`
		}{items, more}), err)
	case len(items) == 0 && a.out.Terminal:
		a.sayf("nothing waits")
		return err
	}
	a.printQueue(items)
	for _, u := range more {
		a.sayf("… and %s (%s) of %s; --limit 0 lists them", ui.Plural(u.Events, "event"), ui.Bytes(u.Bytes), u.Integration)
	}
	return err
}

// firstRows tells the first rows of each queue, and returns what is behind
// them: that is known without reading it.
func (l *lookout) firstRows(ctx context.Context, s *selecting, limit int, tell func(dispatch.Queued)) ([]unlisted, error) {
	var more []unlisted
	names, err := s.lanes(ctx, l.engine)
	for _, name := range names {
		lane, laneErr := l.Store.Lane(ctx, name)
		err = errors.Join(err, laneErr)
		rest := unlisted{name, lane.Events, lane.Bytes}
		shown := 0
		for q, rowErr := range s.rowsOf(ctx, l.engine, name) {
			if shown == limit {
				more = append(more, rest)
				break
			}
			if rowErr != nil {
				err = errors.Join(err, rowErr)
				break
			}
			tell(q)
			shown++
			rest.Events -= int64(q.Piece.Events)
			rest.Bytes -= q.Piece.Bytes
		}
	}
	return more, err
}

// dueCell is the time of the next attempt; one that has come is due.
func dueCell(at, now time.Time) ui.Cell {
	c := ui.Moment(at, now)
	if !at.IsZero() && !at.After(now) {
		c.Text = "due"
	}
	return c
}

func (a *app) printQueue(items []queuedItem) {
	t := ui.Table{Columns: []ui.Column{
		{Title: "ID", Least: 12},
		{Title: "EVENTS", Right: true},
		{Title: "SIZE", Right: true},
		{Title: "CREATED"},
		{Title: "ATTEMPT", Right: true},
		{Title: "NEXT"},
		{Title: "LAST ERROR", Least: 12, Wrap: true},
	}}
	now := a.env.Now()
	for _, i := range items {
		attempt := ui.Cell{}
		if i.Attempt > 0 {
			attempt = ui.Number(int64(i.Attempt))
		}
		t.Row(ui.Word(i.ID), ui.Number(int64(i.Events)), ui.Size(i.Bytes), ui.Moment(i.Created, now),
			attempt, dueCell(i.NextAttempt, now), ui.Word(i.LastError))
	}
	t.Print(a.out)
}
