package cmd

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/store"
)

// dead is the group of what can be done with dead letters.
func (a *app) dead() *cobra.Command {
	return group(&cobra.Command{
		Use:   "dead",
		Short: "List, show, replay, export or drop dead letters",
		Long: `Dead letters are batches, or single events, whose retries are used up. They are
kept until somebody replays or drops them. An ID may be shortened as long as only
one begins so.`,
		Example: `  wnotify dead list
  wnotify dead show mxh2c7nh4ivg
  wnotify dead replay --all
  wnotify dead export -i siem > given-up.ndjson`,
	}, a.deadList(), a.deadShow(), a.deadReplay(), a.deadExport(), a.deadDrop())
}

// letters yields the dead letters that are selected, oldest first. IDs that
// lead to none, or to several, are an error before the first.
func (s *selecting) letters(ctx context.Context, e *engine) iter.Seq2[store.Letter, error] {
	return func(yield func(store.Letter, error) bool) {
		wanted, err := s.letterIDs(ctx, e)
		if err == nil {
			err = e.known(ctx, s.integrations)
		}
		if err != nil {
			yield(store.Letter{}, err)
			return
		}
		for l, err := range e.Store.Letters(ctx, "") {
			if err == nil && (len(s.ids) > 0 && !wanted[l.ID] || !s.takes(l.Lane, l.Died)) {
				continue
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

// countLetters is how many dead letters are selected, as far as that is known
// without reading them; else 0.
func (s *selecting) countLetters(ctx context.Context, e *engine) (n int, err error) {
	if len(s.ids) > 0 || !s.whole() {
		return len(s.ids), nil
	}
	lanes, err := e.Store.Lanes(ctx)
	for _, l := range lanes {
		if s.takes(l.Name, s.since) {
			n += int(l.Dead)
		}
	}
	return n, err
}

// letterIDs completes the IDs.
func (s *selecting) letterIDs(ctx context.Context, e *engine) (map[string]bool, error) {
	if len(s.ids) == 0 {
		return nil, nil
	}
	var all []string
	for l, err := range e.Store.Letters(ctx, "") {
		if err != nil {
			return nil, err
		}
		all = append(all, l.ID)
	}
	return complete(s.ids, all, "dead letter", "wnotify dead list")
}

// complete finds the one name that each of some beginnings belongs to.
func complete(beginnings, names []string, what, list string) (map[string]bool, error) {
	found := map[string]bool{}
	for _, beginning := range beginnings {
		var fits []string
		for _, name := range names {
			if name == beginning {
				fits = []string{name}
				break
			}
			if strings.HasPrefix(name, beginning) {
				fits = append(fits, name)
			}
		}
		switch len(fits) {
		case 0:
			return nil, &failure{code: exitFailed, err: fmt.Errorf("there is no %s %q", what, beginning), fix: list + " shows what there is"}
		case 1:
			found[fits[0]] = true
		default:
			return nil, usagef("%q is the beginning of %d: %s", beginning, len(fits), strings.Join(fits[:min(len(fits), 5)], ", "))
		}
	}
	return found, nil
}
