package cmd

import (
	"errors"

	"github.com/spf13/cobra"
)

func (a *app) queueExport() *cobra.Command {
	var s selecting
	c := &cobra.Command{
		Use:   "export [ID...]",
		Short: "Write what waits as NDJSON that send reads back",
		Long: `Write the events that wait to standard output, one on a line, in their order.
Nothing is changed; what was exported stays in the queue until it is delivered or
dropped.`,
		Example: `  wnotify queue export > backup.ndjson
  wnotify queue export -i siem | wnotify send -i soc`,
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), false); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error {
				var damage error
				for q, err := range s.rows(c.Context(), l.engine) {
					var data []byte
					if err == nil {
						data, err = l.Data(c.Context(), q)
					}
					if err != nil {
						damage = errors.Join(damage, err)
						continue // what is damaged hides nothing else
					}
					if _, err := a.out.Write(data); err != nil {
						return err
					}
				}
				return damage
			})
		},
	}
	s.register(a, c, "created")
	return c
}
