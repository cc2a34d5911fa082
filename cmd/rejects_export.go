package cmd

import (
	"bytes"
	"errors"

	"github.com/spf13/cobra"
)

func (a *app) rejectsExport() *cobra.Command {
	var s selecting
	c := &cobra.Command{
		Use:   "export [ID...]",
		Short: "Write the raw bytes of rejects, one after the other",
		Long: `Write the raw bytes of rejects to standard output, as far as they are kept, each
ended by a line feed. Nothing is changed.`,
		Example: "  wnotify rejects export --since 1h > broken.txt",
		RunE: func(c *cobra.Command, args []string) error {
			if err := s.settle(args, a.env.Now(), false); err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error {
				var damage error
				for r, err := range s.rejects(c.Context(), l.engine) {
					if err != nil {
						damage = errors.Join(damage, err)
						continue // what is damaged hides nothing else
					}
					if !bytes.HasSuffix(r.Data, []byte{'\n'}) {
						r.Data = append(r.Data, '\n')
					}
					if _, err := a.out.Write(r.Data); err != nil {
						return err
					}
				}
				return damage
			})
		},
	}
	s.registerRejects(a, c)
	return c
}
