package cmd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/intake"
)

// reading are the flags of commands that read events.
type reading struct {
	integrations []string
	as           string
	from         string
	final        bool
	onInvalid    string
	maxEvent     string
	follow       bool
}

func (r *reading) register(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVarP(&r.integrations, "integration", "i", nil, "send to the integration `NAME`, whatever it selects (repeat for several)")
	f.StringVar(&r.as, "as", "", "objects without a type are events of `TYPE`")
	f.StringVar(&r.from, "from", "cursor", "where to begin in a FILE: `PLACE` is cursor, start or end")
	f.BoolVar(&r.final, "final", false, "incomplete JSON at the end of a FILE is a reject, not left for the next run")
	f.StringVar(&r.onInvalid, "on-invalid", "keep", "invalid input: `WHAT` is keep (as rejects, and go on) or stop")
	f.StringVar(&r.maxEvent, "max-event-bytes", "1MiB", "the largest event, as `SIZE`")
}

// input is what the flags and arguments ask to be read.
func (a *app) input(r *reading, args []string) (dispatch.Input, error) {
	in := dispatch.Input{Paths: args, Stdin: a.env.Stdin, Integrations: r.integrations, As: r.as, Final: r.final, Follow: r.follow}
	switch r.from {
	case "cursor", "start", "end":
		in.From = map[string]intake.From{"cursor": intake.FromCursor, "start": intake.FromStart, "end": intake.FromEnd}[r.from]
	default:
		return in, usagef("--from %q: it must be cursor, start or end", r.from)
	}
	switch r.onInvalid {
	case "keep", "stop":
		in.StopInvalid = r.onInvalid == "stop"
	default:
		return in, usagef("--on-invalid %q: it must be keep or stop", r.onInvalid)
	}
	size, err := config.ParseSize(r.maxEvent)
	if err != nil || size < 2 || size > maxMaxEvent {
		return in, usagef("--max-event-bytes %q: it must be a size like 1MiB, at most 64MiB", r.maxEvent)
	}
	in.MaxEvent = size
	return in, nil
}

const maxMaxEvent = 64 << 20

// nothingToRead reports whether stdin is a terminal that nobody types into.
func (a *app) nothingToRead(args []string) bool {
	return len(args) == 0 && ui.IsTerminal(a.env.Stdin)
}

// checkTargets refuses -i names that cannot take events, before anything is
// read.
func checkTargets(e *engine, names []string) error {
	s := e.Settings()
	for _, name := range names {
		i, ok := s.Integration(name)
		switch {
		case !ok:
			return unknownIntegration(e.file, name)
		case !i.Enabled:
			return &failure{
				code: exitConfig, err: fmt.Errorf("the integration %s is disabled, so nothing was read", name),
				fix: "wnotify integration enable " + name,
			}
		}
	}
	return nil
}

// The commands that take events.
const (
	nameSend    = "send"
	nameEnqueue = "enqueue"
)

func (a *app) send() *cobra.Command {
	var r reading
	wait := ""
	follow, dry, asCurl := false, false, false
	c := &cobra.Command{
		Use:   "send [FILE...]",
		Short: "Store events, then deliver them",
		Long: `Read events as JSON from FILEs or stdin, store them durably, then deliver them.
Exit code 0 means that every event which an integration takes is safe on disk;
what could not be delivered yet stays queued and goes out with the next send or
flush.

NDJSON, arrays, concatenated and pretty-printed JSON, gzip and zstd are
recognised by themselves.`,
		Example: `  cat events.ndjson | wnotify send
  wnotify send /var/log/waf/events.ndjson      # goes on where it stopped
  tail -F events.ndjson | wnotify send -i siem
  wnotify send --follow events.ndjson audit.ndjson
  wnotify send --wait drain backlog.json.gz`,
		RunE: func(c *cobra.Command, args []string) error {
			if a.nothingToRead(args) {
				a.help(c)
				return usagef("no FILE, and stdin is a terminal")
			}
			w, err := parseWait(wait)
			if err != nil {
				return err
			}
			if dry || asCurl {
				return a.rehearse(c.Context(), nameSend, &r, args, asCurl)
			}
			r.follow = follow
			return a.takeEvents(c.Context(), nameSend, &r, args, func(e *engine, in dispatch.Input) (dispatch.Summary, error) {
				defer a.attend(c.Context(), e, nameSend, follow)()
				a.showProgress(c.Context(), e, orStdin(in.Paths))
				return e.Send(c.Context(), in, w)
			})
		},
	}
	r.register(c)
	c.Flags().StringVar(&wait, "wait", "30s", "try for `DURATION` after the input has ended; 0: once; drain: until all is delivered or dead")
	c.Flags().BoolVarP(&dry, "dry-run", "n", false, "show where each event would go and the requests; change nothing")
	c.Flags().BoolVar(&asCurl, "as-curl", false, "with --dry-run: show the requests as curl commands")
	c.Flags().BoolVarP(&follow, "follow", "f", false, "follow growing FILEs through rotation and truncation")
	return c
}

func (a *app) enqueue() *cobra.Command {
	var r reading
	dry := false
	c := &cobra.Command{
		Use:   "enqueue [FILE...]",
		Short: "Store events for the next flush, without touching the network",
		Example: `  wnotify enqueue < events.json
  wnotify enqueue && wnotify flush --require-delivery`,
		RunE: func(c *cobra.Command, args []string) error {
			if a.nothingToRead(args) {
				a.help(c)
				return usagef("no FILE, and stdin is a terminal")
			}
			if dry {
				return a.rehearse(c.Context(), nameEnqueue, &r, args, false)
			}
			return a.takeEvents(c.Context(), nameEnqueue, &r, args, func(e *engine, in dispatch.Input) (dispatch.Summary, error) {
				a.showProgress(c.Context(), e, orStdin(in.Paths))
				return e.Enqueue(c.Context(), in)
			})
		},
	}
	r.register(c)
	c.Flags().BoolVarP(&dry, "dry-run", "n", false, "show where each event would go; change nothing")
	return c
}

// orStdin are the sources of a command line.
func orStdin(paths []string) []string {
	if len(paths) == 0 {
		return []string{"-"}
	}
	return paths
}

// takeEvents is what send and enqueue share.
func (a *app) takeEvents(ctx context.Context, command string, r *reading, args []string, do func(*engine, dispatch.Input) (dispatch.Summary, error)) error {
	in, err := a.input(r, args)
	if err != nil {
		return err
	}
	e, err := a.openForEvents(ctx)
	if err != nil {
		return a.notBegun(command, err)
	}
	if err = checkTargets(e, r.integrations); err != nil {
		err = a.notBegun(command, err)
	} else {
		var s dispatch.Summary
		s, err = do(e, in)
		if in.Follow && ctx.Err() != nil {
			s = s.Told()
		}
		err = errors.Join(err, a.summary(e, command, s))
	}
	if command == nameSend {
		err = errors.Join(err, a.leaveMetrics(ctx, e, command, err))
	}
	return errors.Join(err, e.close())
}

// rehearse is --dry-run.
func (a *app) rehearse(ctx context.Context, command string, r *reading, args []string, asCurl bool) error {
	in, err := a.input(r, args)
	if err != nil {
		return err
	}
	e, err := a.openForEvents(ctx)
	if err != nil {
		return err
	}
	if err = checkTargets(e, r.integrations); err == nil {
		err = a.dryRun(ctx, e, command, in, asCurl)
	}
	return errors.Join(err, e.close())
}

// parseWait reads --wait.
func parseWait(text string) (dispatch.Wait, error) {
	if text == "drain" {
		return dispatch.Wait{Drain: true}, nil
	}
	d, err := config.ParseDuration(text)
	if err != nil || d < 0 || d > 366*24*time.Hour {
		return dispatch.Wait{}, usagef("--wait %q: it must be a duration like 30s, 0 or drain", text)
	}
	return dispatch.Wait{For: d}, nil
}
