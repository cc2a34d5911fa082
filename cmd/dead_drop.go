package cmd

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
)

func (a *app) deadDrop() *cobra.Command {
	var s selecting
	yes := false
	c := &cobra.Command{
		Use:   "drop [ID...]",
		Short: "Throw dead letters away, for good",
		Long:  "Throw dead letters away, for good. It asks before, unless --yes.",
		Example: `  wnotify dead drop mxh2c7nh4ivg
  wnotify dead drop -i siem --yes`,
		RunE: func(c *cobra.Command, args []string) error {
			return a.change(c.Context(), &s, args, func(e *engine) error {
				return a.dropDead(c.Context(), e, &s, yes)
			})
		},
	}
	s.register(a, c, "given up")
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

// letterCount is a number of dead letters of one integration.
type letterCount struct {
	Integration string `json:"integration"`
	Letters     int64  `json:"letters"`
	Events      int64  `json:"events"`
}

func (a *app) dropDead(ctx context.Context, e *engine, s *selecting, yes bool) error {
	var ids []string
	counts := map[string]*letterCount{}
	for l, err := range s.letters(ctx, e) {
		if err != nil {
			return err
		}
		ids = append(ids, l.ID)
		add(counts, l.Lane, int64(l.Events))
	}
	if len(ids) > 0 {
		q := question{what: "dropping dead letters", ask: fmt.Sprintf("Drop %s for good?", them(len(ids))), fix: "add --yes"}
		for _, name := range slices.Sorted(maps.Keys(counts)) {
			q.facts = append(q.facts, fmt.Sprintf("%s: %s with %s", name,
				ui.Plural(counts[name].Letters, "dead letter"), ui.Plural(counts[name].Events, "event")))
		}
		if err := a.confirm(ctx, yes, q); err != nil {
			return err
		}
		if err := e.Bury(ctx, ids); err != nil {
			return err
		}
	}
	return a.printCounts(counts, "dropped", "there is nothing to drop")
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

func add(counts map[string]*letterCount, name string, events int64) {
	if counts[name] == nil {
		counts[name] = &letterCount{Integration: name}
	}
	counts[name].Letters++
	counts[name].Events += events
}

// printCounts tells what was done with dead letters.
func (a *app) printCounts(counts map[string]*letterCount, done, nothing string) error {
	items := []letterCount{}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		items = append(items, *counts[name])
	}
	if a.flags.json() {
		return ui.JSON(a.out, struct {
			Changed bool          `json:"changed"`
			Items   []letterCount `json:"items"`
		}{len(items) > 0, items})
	}
	if len(items) == 0 {
		a.sayf("%s", nothing)
	}
	for _, i := range items {
		a.sayf("%s %s (%s) of %s", done, ui.Plural(i.Letters, "dead letter"), ui.Plural(i.Events, "event"), i.Integration)
	}
	return nil
}
