package cmd

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"
)

// selecting are the arguments and flags by which commands choose from what is
// kept: IDs, or all that the flags let through.
type selecting struct {
	ids          []string
	integrations []string
	sinceText    string
	all          bool

	since time.Time
}

// register adds the flags; since says what time of a thing is meant.
func (s *selecting) register(a *app, c *cobra.Command, since string) {
	f := c.Flags()
	f.StringArrayVarP(&s.integrations, "integration", "i", nil, "those of the integration `NAME` (repeat for several)")
	f.StringVar(&s.sinceText, "since", "", "those "+since+" within or after `TIME`: 24h, 7d, 2026-11-21T12:00:00Z")
	f.BoolVar(&s.all, "all", false, "all of them")
	mustComplete(c, "integration", a.completeIntegrations)
	c.ValidArgsFunction = cobra.NoFileCompletions
}

// settle checks the selection. A change must say what it is about.
func (s *selecting) settle(ids []string, now time.Time, change bool) (err error) {
	s.ids = unique(ids)
	flags := len(s.integrations) > 0 || s.sinceText != ""
	switch {
	case len(ids) > 0 && (flags || s.all):
		return usagef("an ID and the flags that select exclude each other")
	case change && len(ids) == 0 && !flags && !s.all:
		return usagef("nothing is selected: name an ID, or use the flags that select (--all for everything)")
	}
	if s.sinceText != "" {
		s.since, err = parseMoment("since", s.sinceText, now)
	}
	return err
}

// change runs a command that changes what is selected.
func (a *app) change(ctx context.Context, s *selecting, ids []string, f func(*engine) error) error {
	if err := s.settle(ids, a.env.Now(), true); err != nil {
		return err
	}
	return a.work(ctx, f)
}

// takes reports whether the flags let something through.
func (s *selecting) takes(integration string, at time.Time) bool {
	return (len(s.integrations) == 0 || slices.Contains(s.integrations, integration)) && !at.Before(s.since)
}

// whole reports whether everything of an integration is selected, whatever its
// time.
func (s *selecting) whole() bool { return len(s.ids) == 0 && s.sinceText == "" }

// lanes are the names of the queues that are selected, or that IDs lead to.
func (s *selecting) lanes(ctx context.Context, e *engine) ([]string, error) {
	if err := e.known(ctx, s.integrations); err != nil {
		return nil, err
	}
	lanes, err := e.Store.Lanes(ctx)
	var names []string
	for _, l := range lanes {
		if len(s.integrations) == 0 || slices.Contains(s.integrations, l.Name) {
			names = append(names, l.Name)
		}
	}
	return names, err
}
