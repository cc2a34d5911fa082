package cmd

import (
	"context"
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/dispatch"
)

// queue is the group of what can be done with what waits.
func (a *app) queue() *cobra.Command {
	return group(&cobra.Command{
		Use:   "queue",
		Short: "List, show, export, drop or move what waits to be delivered",
		Long: `What waits to be delivered, by integration: batches that have been on the wire,
then the events behind them, in the order in which they came. An ID is the
integration and the number of the first event, as siem:1001.`,
		Example: `  wnotify queue list
  wnotify queue show siem:1001 --body
  wnotify queue export -i siem > backup.ndjson
  wnotify queue move old-siem siem`,
	}, a.queueList(), a.queueShow(), a.queueExport(), a.queueDrop(), a.queueMove())
}

// rows yields the rows of queues that are selected.
func (s *selecting) rows(ctx context.Context, e *engine) iter.Seq2[dispatch.Queued, error] {
	return func(yield func(dispatch.Queued, error) bool) {
		for _, id := range s.ids {
			q, err := rowOf(ctx, e, id)
			if !yield(q, err) || err != nil {
				return
			}
		}
		if len(s.ids) > 0 {
			return
		}
		names, err := s.lanes(ctx, e)
		if err != nil && !yield(dispatch.Queued{}, err) {
			return
		}
		for _, name := range names {
			for q, err := range s.rowsOf(ctx, e, name) {
				if !yield(q, err) {
					return
				}
			}
		}
	}
}

// rowsOf yields the rows of one queue that the flags let through.
func (s *selecting) rowsOf(ctx context.Context, e *engine, name string) iter.Seq2[dispatch.Queued, error] {
	return func(yield func(dispatch.Queued, error) bool) {
		for q, err := range e.Queue(ctx, name) {
			if (err != nil || s.takes(name, q.Created)) && !yield(q, err) {
				return
			}
		}
	}
}

// rowOf finds a row by its ID.
func rowOf(ctx context.Context, e *engine, id string) (dispatch.Queued, error) {
	if _, _, err := dispatch.ParseID(id); err != nil {
		return dispatch.Queued{}, usagef("%s", err)
	}
	q, ok, err := e.Find(ctx, id)
	if err == nil && !ok {
		err = &failure{
			code: exitFailed, err: fmt.Errorf("there is no %s in the queue", id),
			fix: "wnotify queue list shows what there is; wnotify why " + id + " tells what became of it",
		}
	}
	return q, err
}
