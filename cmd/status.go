package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

// watching are the flags of wnotify status.
type watching struct {
	check  bool
	maxAge string
	watch  string

	oldest time.Duration // that --check lets pass; 0: any
}

func (a *app) status() *cobra.Command {
	var w watching
	c := &cobra.Command{
		Use:   "status [NAME...]",
		Short: "Show how every integration fares, and what needs a person",
		Long: `Show each integration: its state, what is queued, the next attempt, the last
error, how far its failures are from the limit, and what was delivered. It reads
counters only, so it is as fast with a large backlog as with none.

With --check, exit 1 when something needs a person: an integration was disabled
automatically or is held by a file it cannot read, a queue is orphaned, over 80%
full or older than --max-age, there are dead letters, or rejects of the last 24 h.`,
		Example: `  wnotify status
  wnotify status siem -o json
  wnotify status --watch
  wnotify status --check --max-age 1h --quiet || mail -s wnotify ops@example.com`,
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(c *cobra.Command, args []string) error {
			if c.Flags().Changed("watch") {
				return a.watchStatus(c.Context(), &w, args)
			}
			if err := w.settle(); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error { return a.printStatus(c.Context(), l, &w, args) })
		},
	}
	c.Flags().BoolVar(&w.check, "check", false, "exit 1 when something needs a person")
	c.Flags().StringVar(&w.maxAge, "max-age", "", "an event that waits longer than `DURATION` needs a person")
	c.Flags().StringVar(&w.watch, "watch", "", "show it again every `INTERVAL` (2s), until stopped")
	c.Flags().Lookup("watch").NoOptDefVal = "2s"
	return c
}

func (w *watching) settle() (err error) {
	if w.maxAge == "" {
		return nil
	}
	if w.oldest, err = config.ParseDuration(w.maxAge); err != nil || w.oldest == 0 {
		return usagef("--max-age %q: it must be a duration like 1h", w.maxAge)
	}
	return nil
}

// printStatus shows everything once.
func (a *app) printStatus(ctx context.Context, l *lookout, w *watching, names []string) error {
	if err := l.known(ctx, names); err != nil {
		return err
	}
	b, err := a.board(ctx, l, w, names)
	switch {
	case err != nil && len(b.Items) == 0:
		return err // nothing is known, which is not the same as nothing
	case a.flags.json():
		err = errors.Join(err, ui.JSON(a.out, b))
	case !a.flags.quiet:
		screen := a.draw(b)
		if w.watch != "" && a.out.Terminal {
			screen = append([]byte(clearScreen), screen...)
		}
		_, printed := a.out.Write(screen)
		err = errors.Join(err, printed)
	}
	if w.check && len(b.Problems) > 0 {
		err = errors.Join(err, &failure{
			code: exitFailed, err: fmt.Errorf("%s a person", needs(len(b.Problems))),
			more: problemLines(b.Problems),
		})
	}
	return err
}

// clearScreen clears a terminal and begins at its top.
const clearScreen = "\x1b[H\x1b[2J"

func needs(n int) string {
	if n == 1 {
		return "1 thing needs"
	}
	return fmt.Sprintf("%d things need", n)
}

func problemLines(list []statusProblem) string {
	var b bytes.Buffer
	for _, p := range list {
		fmt.Fprintln(&b, p.line())
	}
	return b.String()
}

// watchStatus shows it again and again. Each time the configuration and the
// queue are opened anew, so neither is held in between.
func (a *app) watchStatus(ctx context.Context, w *watching, names []string) error {
	every, err := config.ParseDuration(w.watch)
	if err != nil || every < 100*time.Millisecond {
		return usagef("--watch %q: it must be a duration of at least 100ms", w.watch)
	}
	if w.check {
		return usagef("--watch and --check exclude each other")
	}
	if err := w.settle(); err != nil {
		return err
	}
	for {
		err := a.look(ctx, func(l *lookout) error { return a.printStatus(ctx, l, w, names) })
		if err != nil {
			return err
		}
		if !waited(ctx, every) {
			return ctx.Err()
		}
	}
}
