package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
)

func (a *app) demo() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show it all in ten seconds: no set-up, nothing left behind",
		Long: `Start a collector on this machine, with TLS, and play a short story with it:
events of every type are sent, the collector goes down, events wait and are
retried until it is back, an event that it refuses is set aside, and what is no
JSON is kept apart. The commands that it shows are really run; configuration and
queue are in a temporary folder that is deleted in the end.

Exit code 0 means that everything it claims happened: it counts what arrived.`,
		Example: `  wnotify demo
  go run . demo`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return a.playDemo(c.Context()) },
	}
}

// demonstrated is what a demo found out, as JSON.
type demonstrated struct {
	Command  string  `json:"command"`
	OK       bool    `json:"ok"`
	Events   int     `json:"events"`
	Requests int     `json:"requests"`
	Claims   []claim `json:"claims"`
}

// claim is something that the demo shows, and whether it was so.
type claim struct {
	Claim string `json:"claim"`
	OK    bool   `json:"ok"`
}

// playDemo tells the story on stdout; with -o json, whose result goes there, on
// stderr.
func (a *app) playDemo(ctx context.Context) (err error) {
	told := a.env.Stdout
	switch {
	case a.flags.quiet:
		told = io.Discard
	case a.flags.json():
		told = a.env.Stderr
	}
	s, err := newStage(a, told)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.clear()) }()
	if err := s.play(ctx); err != nil {
		return err
	}
	return a.concludeDemo(s)
}

// concludeDemo says whether everything was as claimed.
func (a *app) concludeDemo(s *stage) error {
	wrong := 0
	s.title("Was it all true?")
	for _, c := range s.claims {
		word := s.told.Paint(ui.Good, "ok    ")
		if !c.OK {
			word = s.told.Paint(ui.Bad, "FAILED")
			wrong++
		}
		fmt.Fprintf(s.told, "%s %s\n", word, c.Claim)
	}
	if a.flags.json() {
		err := ui.JSON(a.out, demonstrated{"demo", wrong == 0, len(s.collector.Events()), s.collector.Count(), s.claims})
		if err != nil {
			return err
		}
	}
	if wrong > 0 {
		return &failure{
			code: exitFailed, err: fmt.Errorf("%d of %s did not come true", wrong, ui.Plural(int64(len(s.claims)), "claim")),
			fix: "please report it, with what the demo printed",
		}
	}
	s.sayf("\nNow with a collector of yours:\n")
	s.sayf("  wnotify integration add NAME --url https://collector.example.com/path --test")
	return nil
}
