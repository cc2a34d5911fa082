package cmd

import (
	"context"
	"iter"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/store"
)

// rejects is the group of what can be done with input that was no event.
func (a *app) rejects() *cobra.Command {
	return group(&cobra.Command{
		Use:   "rejects",
		Short: "List, show, export or drop input that was no event",
		Long: `Rejects are pieces of input that were no event: each is kept with the reason and
its place in the input, of a large one the first 64 KiB. They belong to no
integration. An ID may be shortened as long as only one begins so.`,
		Example: `  wnotify rejects list --since 24h
  wnotify rejects show 5f2c --body
  wnotify rejects export --all > broken.txt
  wnotify rejects drop --all --yes`,
	}, a.rejectsList(), a.rejectsShow(), a.rejectsExport(), a.rejectsDrop())
}

// registerRejects adds the flags of selecting that make sense for rejects.
func (s *selecting) registerRejects(c *cobra.Command) {
	c.Flags().StringVar(&s.sinceText, "since", "", "those read within or after `TIME`: 24h, 7d, 2026-11-21T12:00:00Z")
	c.Flags().BoolVar(&s.all, "all", false, "all of them")
	c.ValidArgsFunction = cobra.NoFileCompletions
}

// rejects yields the rejects that are selected, oldest first. IDs that lead to
// none, or to several, are an error before the first.
func (s *selecting) rejects(ctx context.Context, e *engine) iter.Seq2[store.Reject, error] {
	return func(yield func(store.Reject, error) bool) {
		wanted, err := s.rejectIDs(ctx, e)
		if err != nil {
			yield(store.Reject{}, err)
			return
		}
		for r, err := range e.Store.Rejects(ctx) {
			if err == nil && (len(s.ids) > 0 && !wanted[r.ID] || r.At.Before(s.since)) {
				continue
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (s *selecting) rejectIDs(ctx context.Context, e *engine) (map[string]bool, error) {
	if len(s.ids) == 0 {
		return nil, nil
	}
	var all []string
	for r, err := range e.Store.Rejects(ctx) {
		if err != nil {
			return nil, err
		}
		all = append(all, r.ID)
	}
	return complete(s.ids, all, "reject", "wnotify rejects list")
}
