package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

// lookout is the machinery of the commands that only look.
type lookout struct {
	*engine

	trouble error // with the configuration: the queue is shown all the same
}

// look opens the queue for a command that only looks. A configuration that is
// missing or wrong does not hide it: what it holds is taken for integrations
// with the default settings, and the trouble is told at the end. But where it
// may be that another engine has the queue, none is opened.
func (a *app) look(ctx context.Context, f func(*lookout) error) error {
	file, trouble := a.loadOrEmpty()
	if trouble != nil {
		var err error
		if file, err = emptyConfig(a.places().Config); err != nil {
			return err
		}
		where, ok := a.storeDespite(trouble)
		if !ok {
			return errors.Join(trouble, hiddenQueue(a.places().Config, trouble))
		}
		file.Store = where
	}
	e, err := a.engine(ctx, file)
	if err != nil {
		return errors.Join(trouble, err)
	}
	return errors.Join(f(lookoutFrom(ctx, e, trouble)), trouble, e.close())
}

// lookoutFrom looks with an engine; after trouble with the configuration, at an
// integration for each queue.
func lookoutFrom(ctx context.Context, e *engine, trouble error) *lookout {
	if trouble != nil {
		s := *e.Settings()
		lanes, _ := e.Store.Lanes(ctx) // an error is met again by who looks
		for _, l := range lanes {
			s.Integrations = append(s.Integrations, dispatch.Integration{Name: l.Name, Enabled: true})
		}
		e.Settings = func() *dispatch.Settings { return &s }
	}
	return &lookout{engine: e, trouble: trouble}
}

// hiddenQueue says that a queue is not shown, since trouble with the
// configuration hides which engine has it.
func hiddenQueue(path string, trouble error) error {
	f := &failure{
		code: exitConfig, err: errors.New("the queue is not shown: the configuration does not say which engine has it"),
		where: "[store] of " + path, fix: "mend the configuration; wnotify config check names every problem",
	}
	if errors.Is(trouble, fs.ErrPermission) {
		f.code, f.fix = exitNoPermission, ""
	}
	return f
}

// storeDespite tells where the queue is although there is trouble with the
// configuration. Without a file, a host that was ever known to others (see
// [hostOf]) may have it on NATS.
func (a *app) storeDespite(trouble error) (config.Store, bool) {
	p := a.places()
	if _, wrong := errors.AsType[*config.InvalidError](trouble); wrong {
		return config.LoadStore(p.Config)
	}
	_, err := os.Lstat(filepath.Join(p.State, hostName))
	return config.Store{Engine: engineBolt}, errors.Is(err, fs.ErrNotExist)
}

// knows reports whether there is an integration, or at least a queue, of a name.
func (e *engine) knows(ctx context.Context, name string) (bool, error) {
	if _, ok := e.Dispatcher.Settings().Integration(name); ok {
		return true, nil
	}
	l, err := e.Store.Lane(ctx, name)
	return l.Record.Revision > 0 || l.Next > 1 || l.Dead > 0, err
}

// missing is the error for a name that is not in the configuration: perhaps
// that of an integration that was renamed, and whose queue waits.
func (e *engine) missing(ctx context.Context, name string) error {
	l, err := e.Store.Lane(ctx, name)
	if err != nil || l.Events == 0 {
		return errors.Join(err, unknownIntegration(e.file, name))
	}
	return &failure{
		code: exitConfig, err: fmt.Errorf("there is no integration %q, but a queue of %s", name, ui.Plural(l.Events, "event")),
		fix: "wnotify queue move " + name + " NEW, or wnotify integration add " + name + " --url URL",
	}
}

// known refuses names of integrations that nothing is known of.
func (e *engine) known(ctx context.Context, names []string) error {
	for _, name := range names {
		ok, err := e.knows(ctx, name)
		if err != nil {
			return err
		}
		if !ok {
			return unknownIntegration(e.file, name)
		}
	}
	return nil
}
