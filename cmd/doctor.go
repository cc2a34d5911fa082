package cmd

import (
	"context"
	"errors"
	"io/fs"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

func (a *app) doctor() *cobra.Command {
	offline, repair := false, false
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check everything that delivery depends on, and say how to mend it",
		Long: `Check the configuration, permissions, secrets, the way to every collector (DNS,
TCP, TLS, certificate; never an HTTP request), the clock, the queue on disk and
the free space: a line for each, with what to do. Warnings alone are exit 0;
what needs a person is exit 1, or the code that other commands would end with.

With --repair, save what a damaged queue still holds into a new one. The damaged
one is kept beside it, and what is missing is told by number. A queue that is
well is left alone.`,
		Example: `  wnotify doctor
  wnotify doctor --offline -o json
  wnotify doctor --repair && wnotify flush`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error {
			if repair {
				return a.repair(c.Context())
			}
			return a.examine(c.Context(), offline)
		},
	}
	c.Flags().BoolVar(&offline, "offline", false, "leave out what needs the network")
	c.Flags().BoolVar(&repair, "repair", false, "save what a damaged queue still holds into a new one")
	return c
}

// examination is what doctor looks at, and what it found.
type examination struct {
	findings

	a      *app
	places places
	file   *config.File // an empty one if there is trouble
	broken error        // the configuration cannot be used
	hidden bool         // and so it cannot be told which engine has the queue
	spoilt bool         // the queue on disk is damaged or refused
	clock  clock
}

// examine makes every check before it says anything about the exit code: what
// is wrong in one place hides nothing elsewhere.
func (a *app) examine(ctx context.Context, offline bool) error {
	x := &examination{a: a, places: a.places()}
	if err := x.config(); err != nil {
		return err
	}
	x.files()
	x.folder()
	shared := x.file.Store.Engine == engineNATS
	switch {
	case x.hidden:
		x.warnf("queue", x.places.State, "", "the configuration does not say which engine has the queue, so it was not looked at")
	case shared:
		if offline {
			x.stream("not asked (--offline); by the configuration ")
		}
	default:
		x.integrity(ctx)
		x.disk()
	}
	if !x.hidden && (!shared || !offline) {
		x.queues(ctx)
	}
	if !offline {
		x.proxies()
		x.targets(ctx)
	}
	x.clock.judge(x)
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.printFindings(x)
}

// config reads the configuration. What is wrong with it is a finding; the error
// is one of ours.
func (x *examination) config() (err error) {
	path := x.places.Config
	x.file, x.broken = config.Load(path)
	if errors.Is(x.broken, fs.ErrNotExist) {
		x.broken = noConfig(path)
	}
	if x.broken != nil {
		x.invalid(x.broken)
		if x.file, err = emptyConfig(path); err != nil {
			return err
		}
		var known bool
		x.file.Store, known = x.a.storeDespite(x.broken)
		x.hidden = !known
		return nil
	}
	s := x.file.Settings()
	x.ok("config", path, "%s, %s", ui.Plural(int64(len(s.Integrations)), "integration"), ui.Plural(int64(len(s.Triggers)), "trigger"))
	if len(s.Integrations) == 0 {
		x.warnf("config", path, "wnotify integration add NAME --url URL", "there is no integration yet, so events go nowhere")
	}
	for _, p := range x.file.Warnings {
		x.problem("config", p, statusWarn)
	}
	x.clock.file(path)
	return nil
}

// invalid tells why the configuration cannot be used.
func (x *examination) invalid(err error) {
	wrong, ok := errors.AsType[*config.InvalidError](err)
	if !ok {
		x.failure("config", x.places.Config, err)
		return
	}
	for _, p := range wrong.Problems {
		x.problem("config", p, statusFail)
	}
}

// files opens what the configuration names, and looks at who else can.
func (x *examination) files() {
	if x.broken != nil {
		return
	}
	if open, err := config.CheckPermissions(x.places.Config); err == nil && open {
		x.warnf("permissions", x.places.Config, "chmod go-r "+config.ShellQuote(x.places.Config), "others can read the configuration")
	}
	readable := true
	for _, p := range x.file.CheckFiles(x.a.env.Getenv) {
		switch {
		case p.Warning:
			x.problem("permissions", p, statusWarn)
		case x.elsewhere(p):
			readable = false
			p.Hint = "it is looked at where it is set: run doctor there"
			x.problem("files", p, statusWarn)
		default:
			readable = false
			x.problem("files", p, statusFail)
		}
	}
	if readable {
		x.ok("files", "", "everything the configuration refers to can be read")
	}
}

// elsewhere reports whether a problem is about what only a service can see.
func (x *examination) elsewhere(p config.Problem) bool {
	for _, i := range x.file.Settings().Integrations {
		if key, ok := p.Of(i.Name); ok && x.a.elsewhere(i.Endpoint, key) {
			return true
		}
	}
	return false
}

// queues tells what needs a person, as status does.
func (x *examination) queues(ctx context.Context) {
	quiet := *x.a
	quiet.log = zerolog.Nop() // what the engine warns of is a finding already
	e, err := quiet.engine(ctx, x.file)
	if err != nil {
		x.failure("queue", x.places.State, err)
		return
	}
	defer func() { _ = e.close() }() // it was only read
	if x.file.Store.Engine == engineNATS {
		x.stream("")
	}
	b, err := x.a.board(ctx, lookoutFrom(ctx, e, x.broken), &watching{}, nil)
	if err != nil && !x.spoilt {
		x.failure("queue", x.places.State, err)
	}
	found := false
	for _, p := range b.Problems {
		if p.Problem == "held" {
			continue // the check of files has said so
		}
		found = true
		x.add(finding{Check: "queue", Status: statusFail, Message: p.Message, Fix: p.Fix, Where: p.Integration, code: exitFailed})
	}
	queued := int64(0)
	for _, i := range b.Items {
		queued += i.Queued
		x.clock.record(i)
	}
	if err == nil && !found {
		x.ok("queue", "", "%s waiting, no dead letters, nothing disabled automatically", ui.Plural(queued, "event"))
	}
}
