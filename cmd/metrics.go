package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
)

func (a *app) metrics() *cobra.Command {
	textfile := ""
	c := &cobra.Command{
		Use:   "metrics",
		Short: "Print counters and gauges as Prometheus reads them",
		Long: `Print the state of the queue as Prometheus text, whatever -o says. The counters
come from the queue itself, so they survive between runs. With --textfile, write
them for the textfile collector of node_exporter: with [metrics] textfile in the
configuration every send and flush does that at its end. Ready-made alert rules
are in the source: testdata/alerts/wnotify.rules.yml. Of a queue that hosts
share, each tells the whole, with a label host: do not add them up.`,
		Example: `  wnotify metrics
  wnotify metrics --textfile /var/lib/node_exporter/wnotify.prom`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.look(c.Context(), func(l *lookout) error {
				m, err := a.measure(c.Context(), l.engine)
				if textfile != "" {
					return errors.Join(err, a.writeTextfile(textfile, m))
				}
				return errors.Join(err, a.printMetrics(m))
			})
		},
	}
	c.Flags().StringVar(&textfile, "textfile", "", "write them to `PATH` (0644, replaced as a whole)")
	return c
}

// registered is a gatherer of the measurements alone. Hosts that share a queue
// all tell the same of it, so each says who it is.
func registered(m *measurements) (prometheus.Gatherer, error) {
	r := prometheus.NewPedanticRegistry()
	if m.leaders.host == "" {
		return r, r.Register(m)
	}
	return r, prometheus.WrapRegistererWith(prometheus.Labels{"host": m.leaders.host}, r).Register(m)
}

func (a *app) printMetrics(m *measurements) error {
	r, err := registered(m)
	if err != nil {
		return err
	}
	families, err := r.Gather()
	if err != nil {
		return err
	}
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(a.out, f); err != nil {
			return err
		}
	}
	return nil
}

// writeTextfile replaces a file for node_exporter. What it says about the last
// run of another command stays.
func (a *app) writeTextfile(path string, m *measurements) error {
	m.runs = m.runs.with(readRuns(path))
	r, err := registered(m)
	target := ""
	if err == nil {
		target, _, err = replaceable(path)
	}
	if err == nil {
		err = prometheus.WriteToTextfile(target, r)
	}
	if err != nil {
		return &failure{
			code: exitCannotCreate, err: fmt.Errorf("cannot write the metrics: %w", err), where: path,
			fix: "make its folder writable, or mend [metrics] textfile",
		}
	}
	if a.flags.verbose || a.out.Terminal && !a.flags.quiet {
		fmt.Fprintf(a.err, "wrote the metrics to %s\n", ui.Clean(path))
	}
	return nil
}

// leaveMetrics writes the textfile of the configuration, if it names one, at
// the end of a run that ends with err: a failed one is the most interesting.
func (a *app) leaveMetrics(ctx context.Context, e *engine, command string, err error) error {
	path := e.file.Metrics.Textfile
	if path == "" {
		return nil
	}
	m, unread := a.measure(context.WithoutCancel(ctx), e)
	if err != nil {
		unread = nil // the run itself has told it
	}
	m.runs = runs{command: {at: a.env.Now(), code: codeOf(explainStop(ctx, err))}}
	return errors.Join(unread, a.writeTextfile(path, m))
}

// codeOf is the exit code that an error leads to.
func codeOf(err error) int {
	code := exitOK
	for _, e := range single(err) {
		code = Combine(code, diagnose(e).Code)
	}
	return code
}
