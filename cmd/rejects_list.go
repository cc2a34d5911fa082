package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store"
)

func (a *app) rejectsList() *cobra.Command {
	var s selecting
	c := &cobra.Command{
		Use:     "list [ID...]",
		Aliases: []string{"ls"},
		Short:   "List rejects with their reasons, oldest first",
		Example: `  wnotify rejects list
  wnotify rejects list --since 24h -o json`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), false); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error { return a.listRejects(c.Context(), l, &s) })
		},
	}
	s.registerRejects(a, c)
	return c
}

// rejectItem is a reject as JSON.
type rejectItem struct {
	ID     string    `json:"id"`
	At     time.Time `json:"at"`
	Source string    `json:"source"`
	Line   int64     `json:"line,omitempty"`
	Offset int64     `json:"offset"`
	Bytes  int64     `json:"bytes"`
	Kept   int       `json:"kept"` // bytes of it
	SHA256 string    `json:"sha256"`
	Reason string    `json:"reason"`
	For    []string  `json:"integrations,omitempty"` // of the -i of its run
	Body   string    `json:"body,omitempty"`
}

func rejectOf(r store.Reject) rejectItem {
	return rejectItem{
		ID: r.ID, At: r.At.UTC(), Source: r.Source, Line: r.Line, Offset: r.Offset, Bytes: r.Size, Kept: len(r.Data),
		SHA256: r.SHA256, Reason: r.Reason, For: r.For,
	}
}

// place is where in its source a reject stood.
func (r rejectItem) place() string {
	source := r.Source
	if source == "-" {
		source = "stdin"
	}
	if r.Line > 0 {
		return fmt.Sprintf("%s:%d", source, r.Line)
	}
	return fmt.Sprintf("%s byte %d", source, r.Offset)
}

func (a *app) listRejects(ctx context.Context, l *lookout, s *selecting) error {
	items := []rejectItem{}
	var damage error
	for r, err := range s.rejects(ctx, l.engine) {
		if err != nil {
			damage = errors.Join(damage, err)
			continue // what is damaged hides nothing else
		}
		items = append(items, rejectOf(r))
	}
	switch {
	case a.flags.json():
		return errors.Join(ui.Items(a.out, items), damage)
	case len(items) == 0 && a.out.Terminal && damage == nil:
		a.sayf("there are no rejects")
		return nil
	}
	t := ui.Table{Columns: []ui.Column{
		{Title: "ID", Least: 8}, {Title: "READ"}, {Title: "WHERE", Least: 12}, {Title: "SIZE", Right: true}, {Title: "REASON", Least: 16, Wrap: true},
	}}
	now := a.env.Now()
	for _, i := range items {
		t.Row(ui.Word(i.ID), ui.Moment(i.At, now), ui.Word(i.place()), ui.Size(i.Bytes), ui.Word(i.Reason))
	}
	t.Print(a.out)
	return damage
}

func (a *app) rejectsShow() *cobra.Command {
	var s selecting
	body := false
	c := &cobra.Command{
		Use:   "show ID...",
		Short: "Show a reject: where it stood, why it is none, how it begins",
		Example: `  wnotify rejects show 5f2c
  wnotify rejects show 5f2c --body > piece.json`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), true); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error { return a.showRejects(c.Context(), l, &s, body) })
		},
	}
	s.registerRejects(a, c)
	c.Flags().BoolVar(&body, "body", false, "print the raw bytes only")
	return c
}

// glance is how much of a reject is shown, in bytes.
const glance = 1024

func (a *app) showRejects(ctx context.Context, l *lookout, s *selecting, body bool) error {
	items := []rejectItem{}
	for r, err := range s.rejects(ctx, l.engine) {
		if err != nil {
			return err
		}
		i := rejectOf(r)
		switch {
		case a.flags.json():
			i.Body = string(r.Data)
			items = append(items, i)
		case body:
			if _, err := a.out.Write(r.Data); err != nil {
				return err
			}
		default:
			fmt.Fprintf(a.out, "%s  %s, byte %d, %s, read %s\n%s\n", a.title(i.ID), ui.Clean(i.place()), i.Offset, ui.Bytes(i.Bytes),
				ui.When(i.At, a.env.Now()), a.out.Paint(ui.Bad, ui.Clean(i.Reason)))
			fmt.Fprintf(a.out, "  %s\n", ui.Clean(string(r.Data[:min(len(r.Data), glance)])))
			if i.Bytes > glance {
				fmt.Fprintf(a.out, "  … %s in all, of which %s are kept (--body)\n", ui.Bytes(i.Bytes), ui.Bytes(int64(i.Kept)))
			}
		}
	}
	if a.flags.json() {
		return ui.Items(a.out, items)
	}
	return nil
}
