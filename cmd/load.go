package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/dispatch/spelling"
)

// load reads the configuration of this run.
func (a *app) load() (*config.File, error) {
	path := a.places().Config
	f, err := config.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noConfig(path)
	}
	return f, err
}

// loadOrEmpty is load, but where nobody named a file, none is an empty one.
func (a *app) loadOrEmpty() (*config.File, error) {
	p := a.places()
	f, err := config.Load(p.Config)
	if errors.Is(err, fs.ErrNotExist) && p.Why.Config == notYet {
		return emptyConfig(p.Config)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noConfig(p.Config)
	}
	return f, err
}

// emptyConfig is the configuration of a file that is not there yet.
func emptyConfig(path string) (*config.File, error) {
	return config.Decode(fmt.Appendf(nil, "version = %d\n", config.Version), path)
}

// noConfig says that there is no configuration yet.
func noConfig(path string) error {
	return &failure{
		code: exitConfig, err: errors.New("there is no configuration yet"), where: path,
		fix: "wnotify integration add NAME --url URL, or wnotify config init",
	}
}

// unknownIntegration is the error for a name that is not in the configuration.
func unknownIntegration(f *config.File, name string) error {
	var known []string
	for _, i := range f.Settings().Integrations {
		known = append(known, i.Name)
	}
	return &config.UnknownError{What: "integration", Name: name, Suggestion: spelling.Nearest(name, known)}
}

// withKeeper opens the queue for as long as f runs.
func (a *app) withKeeper(ctx context.Context, file *config.File, f func(keeper) error) (err error) {
	k := keeper(noKeeper{})
	if a.attach != nil {
		if k, err = a.attach(ctx, file); err != nil {
			return err
		}
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	return f(k)
}
