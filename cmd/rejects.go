package cmd

import (
	"context"
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/store"
)

// rejects is the group of what can be done with input that was no event.
func (a *app) rejects() *cobra.Command {
	return group(&cobra.Command{
		Use:   "rejects",
		Short: "List, show, export or drop input that was no event",
		Long: `Rejects are pieces of input that were no event: each is kept with the reason and
its place in the input, of a large one the first 64 KiB. None was for a certain
integration, unless it was read by a run with -i NAME. An ID may be shortened as
long as only one begins so.`,
		Example: `  wnotify rejects list --since 24h
  wnotify rejects list -i siem         # of wnotify send -i siem
  wnotify rejects show 5f2c --body
  wnotify rejects export --all > broken.txt
  wnotify rejects drop --all --yes`,
	}, a.rejectsList(), a.rejectsShow(), a.rejectsExport(), a.rejectsDrop())
}

// registerRejects adds the flags; a reject is for an integration only where the
// run that read it was told its name.
func (s *selecting) registerRejects(a *app, c *cobra.Command) {
	s.register(a, c, "read")
	c.Flags().Lookup("integration").Usage = "those of runs with -i `NAME` (repeat for several)"
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
		found := false
		for r, err := range e.Store.Rejects(ctx) {
			if err == nil && (len(s.ids) > 0 && !wanted[r.ID] || !s.takesReject(&r)) {
				continue
			}
			found = true
			if !yield(r, err) {
				return
			}
		}
		if found {
			return // also of an integration that is no more
		}
		if err := e.known(ctx, s.integrations); err != nil {
			yield(store.Reject{}, err)
		}
	}
}

// takesReject reports whether the flags let a reject through.
func (s *selecting) takesReject(r *store.Reject) bool {
	named := func(name string) bool { return slices.Contains(s.integrations, name) }
	return (len(s.integrations) == 0 || slices.ContainsFunc(r.For, named)) && !r.At.Before(s.since)
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
