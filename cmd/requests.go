package cmd

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) requests() *cobra.Command {
	return group(&cobra.Command{
		Use:   "requests",
		Short: "Count requests for the hourly event",
		Long: `Count the requests that a node has processed. For each hour (UTC) with data one
requests_per_hour is sent to the integrations that select it: queued by the first
send, enqueue, flush or requests after the hour, or by a running --follow.`,
		Example: `  wnotify requests add 1200
  curl -s 127.0.0.8/wallarm-status | wnotify requests add --wallarm-status -`,
	}, a.requestsAdd())
}

// counting are the flags of wnotify requests add.
type counting struct {
	total  string
	status string
}

func (a *app) requestsAdd() *cobra.Command {
	var w counting
	c := &cobra.Command{
		Use:   "add N | --total N | --wallarm-status FILE",
		Short: "Add requests to the current hour",
		Long: `Add N requests to the current hour. With --total, N is a counter that only grows:
the first one is where counting begins, a smaller one is a counter that began
again at 0. --wallarm-status takes that counter from the JSON that a filtering
node serves at /wallarm-status; - is standard input.`,
		Example: `  wnotify requests add 1200
  wnotify requests add --total 52000
  curl -s 127.0.0.8/wallarm-status | wnotify requests add --wallarm-status -`,
		Args:              most("N"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			return a.addRequests(c.Context(), &w, args)
		},
	}
	c.Flags().StringVar(&w.total, "total", "", "`N`: a counter that only grows, as it stands now")
	c.Flags().StringVar(&w.status, "wallarm-status", "", "`FILE`: the counter of a node; - is standard input")
	return c
}

// counted is what became of the requests, as JSON.
type counted struct {
	Command   string    `json:"command"`
	Added     int64     `json:"added"`
	Total     *int64    `json:"total,omitempty"`
	Hour      time.Time `json:"hour"`
	Generated int64     `json:"generated"` // hourly events that were queued
}

func (a *app) addRequests(ctx context.Context, w *counting, args []string) error {
	n, grows, err := a.given(ctx, w, args)
	if err != nil {
		return err
	}
	return a.work(ctx, func(e *engine) error {
		now := a.env.Now()
		r := counted{Command: "requests", Added: n, Hour: now.UTC().Truncate(time.Hour)}
		hours, err := e.QueueHours(ctx, now)
		r.Generated = int64(hours)
		switch {
		case err != nil:
		case grows:
			r.Total = &n
			r.Added, err = e.AddTotal(ctx, n, now)
		default:
			err = e.AddRequests(ctx, n, now)
		}
		if err != nil {
			return err
		}
		return a.tellCounted(r)
	})
}

// given is the number of the command line, and whether it is a counter that
// grows.
func (a *app) given(ctx context.Context, w *counting, args []string) (n int64, grows bool, err error) {
	given := 0
	for _, is := range []bool{len(args) > 0, w.total != "", w.status != ""} {
		if is {
			given++
		}
	}
	switch {
	case given == 0:
		return 0, false, usagef("how many? N, --total N or --wallarm-status FILE is missing")
	case given > 1:
		return 0, false, usagef("N, --total and --wallarm-status exclude each other")
	case w.status != "":
		n, err = a.readStatus(ctx, w.status)
		return n, true, err
	case w.total != "":
		n, err = wholeNumber("--total", w.total)
		return n, true, err
	}
	n, err = wholeNumber("N", args[0])
	return n, false, err
}

func wholeNumber(what, text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, usagef("%s %q: it must be a whole number from 0 on", what, text)
	}
	return n, nil
}

// readStatus reads the statistics of a node.
func (a *app) readStatus(ctx context.Context, path string) (int64, error) {
	var page []byte
	var err error
	if path == "-" {
		page, err = a.readInput(ctx)
	} else if page, err = os.ReadFile(path); err != nil {
		err = &failure{code: exitNoInput, err: err, where: path, fix: "name the file with the JSON of /wallarm-status, or - for standard input"}
	}
	if err != nil {
		return 0, err
	}
	n, err := dispatch.ParseWallarmStatus(page)
	if err != nil {
		return 0, &failure{code: exitData, err: err, where: path, fix: "curl -s http://127.0.0.8/wallarm-status prints it on a node"}
	}
	return n, nil
}

func (a *app) tellCounted(r counted) error {
	switch {
	case a.flags.json():
		return ui.JSON(a.out, r)
	case !a.flags.verbose && (!a.out.Terminal || a.flags.quiet):
		return nil // cron mails whatever is printed
	}
	fmt.Fprintf(a.out, "added %s to the hour from %s\n", ui.Plural(r.Added, "request"), r.Hour.Format("15:04 MST"))
	if r.Generated > 0 {
		fmt.Fprintf(a.out, "queued %s\n", ui.Plural(r.Generated, "hourly event"))
	}
	return nil
}
