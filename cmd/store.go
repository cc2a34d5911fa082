package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/transfer"
)

func (a *app) store() *cobra.Command {
	c := group(&cobra.Command{
		Use:   "store",
		Short: "Move the queue to another engine",
		Long: `Where the queue lives is said by [store] of the configuration: in the state
folder of this host (engine bolt), or on NATS JetStream, shared by many hosts
(engine nats).`,
		Example: `  wnotify store copy --from bolt --to nats`,
	})
	c.AddCommand(a.storeCopy())
	return c
}

func (a *app) storeCopy() *cobra.Command {
	from, to := "", ""
	c := &cobra.Command{
		Use:   "copy --from ENGINE --to ENGINE",
		Short: "Move everything from one engine to the other",
		Long: `Move the queues, dead letters, rejects, history and counters of this host from
one engine to the other, once: what has arrived is taken out of the old one. When
it is interrupted, the same command goes on. Batches that were on the wire keep
their Idempotency-Key; their schedules begin anew.

Stop what sends and delivers here, set the url of [store], copy, and then set its
engine.`,
		Example: `  wnotify store copy --from bolt --to nats`,
		Args:    none,
		RunE: func(c *cobra.Command, _ []string) error {
			if from == to || !isEngine(from) || !isEngine(to) {
				return usagef("--from and --to are two engines: bolt and nats")
			}
			return a.copyStore(c.Context(), from, to)
		},
	}
	c.Flags().StringVar(&from, "from", "", "the engine that has the queue: `ENGINE` is bolt or nats")
	c.Flags().StringVar(&to, "to", "", "the engine that gets it: `ENGINE` is bolt or nats")
	return c
}

func isEngine(name string) bool { return name == engineBolt || name == engineNATS }

func (a *app) copyStore(ctx context.Context, from, to string) error {
	f, err := a.load()
	if err != nil {
		return err
	}
	if len(f.Store.URLs) == 0 {
		return &failure{
			code: exitConfig, err: errors.New("the configuration does not say where the NATS servers are"), where: f.Path,
			fix: "[store]\nurl = \"nats://nats-1:4222,nats://nats-2:4222\"",
		}
	}
	source, err := a.openEngine(ctx, f.Store, from)
	if err != nil {
		return err
	}
	target, err := a.openEngine(ctx, f.Store, to)
	if err != nil {
		return errors.Join(err, source.Close())
	}
	report, err := transfer.Move(ctx, source, target)
	err = errors.Join(err, source.Close(), target.Close())
	if errors.Is(err, store.ErrBusy) {
		err = &failure{
			code: exitTryAgain, err: fmt.Errorf("a queue is being delivered at this moment: %w", err),
			fix: "stop wnotify on this host and repeat the command; it goes on where it stopped",
		}
	}
	if a.flags.json() {
		return errors.Join(err, ui.JSON(a.out, struct {
			Changed bool   `json:"changed"`
			From    string `json:"from"`
			To      string `json:"to"`
			transfer.Report
		}{report != transfer.Report{}, from, to, report}))
	}
	a.sayf("moved %s of %s, %s and %s from %s to %s",
		ui.Plural(report.Events, "event"), ui.Plural(int64(report.Lanes), "queue"), ui.Plural(int64(report.Letters), "dead letter"),
		ui.Plural(int64(report.Rejects), "reject"), from, to)
	if err == nil && f.Store.Engine != to {
		a.sayf("now set engine = %q in [store] of %s", to, f.Path)
	}
	return err
}

func (a *app) openEngine(ctx context.Context, c config.Store, engine string) (store.Store, error) {
	c.Engine = engine
	return a.openStore(ctx, c)
}
