package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store"
)

func (a *app) deadList() *cobra.Command {
	var s selecting
	c := &cobra.Command{
		Use:     "list [ID...]",
		Aliases: []string{"ls"},
		Short:   "List dead letters, oldest first",
		Example: `  wnotify dead list
  wnotify dead list -i siem --since 24h -o json`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), false); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error { return a.listDead(c.Context(), l, &s) })
		},
	}
	s.register(a, c, "given up")
	return c
}

func letterItem(l store.Letter) queuedItem {
	return queuedItem{
		ID: l.ID, Key: l.Key, Integration: l.Lane, Events: l.Events, Bytes: int64(len(l.Data)), Created: l.Created.UTC(),
		Died: l.Died.UTC(), Attempt: l.Attempts, LastStatus: l.Status, LastError: l.Reason,
	}
}

func (a *app) listDead(ctx context.Context, l *lookout, s *selecting) error {
	items := []queuedItem{}
	var err error
	for letter, letterErr := range s.letters(ctx, l.engine) {
		if letterErr != nil {
			err = errors.Join(err, letterErr)
			continue // what is damaged hides nothing else
		}
		items = append(items, letterItem(letter))
	}
	switch {
	case a.flags.json():
		return errors.Join(ui.Items(a.out, items), err)
	case len(items) == 0 && a.out.Terminal && err == nil:
		a.sayf("there are no dead letters")
		return nil
	}
	t := ui.Table{Columns: []ui.Column{
		{Title: "ID"},
		{Title: "INTEGRATION", Least: 8},
		{Title: "EVENTS", Right: true},
		{Title: "SIZE", Right: true},
		{Title: "GIVEN UP"},
		{Title: "ATTEMPTS", Right: true},
		{Title: "REASON", Least: 12, Wrap: true},
	}}
	now := a.env.Now()
	for _, i := range items {
		t.Row(ui.Word(i.ID), ui.Word(i.Integration), ui.Number(int64(i.Events)), ui.Size(i.Bytes), ui.Moment(i.Died, now),
			ui.Number(int64(i.Attempt)), ui.Word(i.LastError))
	}
	t.Print(a.out)
	return err
}

func (a *app) deadShow() *cobra.Command {
	var s selecting
	body := false
	c := &cobra.Command{
		Use:   "show ID...",
		Short: "Show the request of a dead letter and every attempt",
		Long: `Show what a replay would send, secrets as references, and why it was given up.
With --body, the body and nothing else.`,
		Example: `  wnotify dead show mxh2c7nh4ivg
  wnotify dead show mxh2 --body | jq .`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), true); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error {
				w := shower{a: a, l: l, body: body}
				for letter, err := range s.letters(c.Context(), l.engine) {
					if err == nil {
						err = w.show(c.Context(), letterItem(letter), letter.Format, func() ([]byte, error) { return letter.Data, nil })
					}
					if err != nil {
						return err
					}
				}
				return w.end()
			})
		},
	}
	s.register(a, c, "given up")
	c.Flags().BoolVar(&body, "body", false, "print the body only, as it was sent (before compression)")
	return c
}

func (a *app) deadExport() *cobra.Command {
	var s selecting
	c := &cobra.Command{
		Use:   "export [ID...]",
		Short: "Write dead letters as NDJSON that send reads back",
		Long: `Write the events of dead letters to standard output, one on a line. Nothing is
changed.`,
		Example: `  wnotify dead export --all > given-up.ndjson
  wnotify dead export -i siem | wnotify send -i soc`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), false); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error {
				var damage error
				for letter, err := range s.letters(c.Context(), l.engine) {
					if err != nil {
						damage = errors.Join(damage, err)
						continue // what is damaged hides nothing else
					}
					if _, err := a.out.Write(letter.Data); err != nil {
						return err
					}
				}
				return damage
			})
		},
	}
	s.register(a, c, "given up")
	return c
}
