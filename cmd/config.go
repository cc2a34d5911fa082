package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

// config is the group of what can be done with the configuration file.
func (a *app) config() *cobra.Command {
	return group(&cobra.Command{
		Use:     "config",
		Short:   "Find, check, show or edit the configuration file",
		Example: "  wnotify config check\n  wnotify config show",
	}, a.configPath(), a.configShow(), a.configCheck(), a.configInit(), a.configEdit(), a.configSchema())
}

func (a *app) configPath() *cobra.Command {
	return &cobra.Command{
		Use:   "path",
		Short: "Print where the configuration is, with -v also the queue, and why",
		Example: `  wnotify config path
  cp "$(wnotify config path)" backup.toml`,
		Args: none,
		RunE: func(*cobra.Command, []string) error {
			p := a.places()
			switch {
			case a.flags.json():
				return ui.JSON(a.out, struct {
					Config     string `json:"config"`
					ConfigFrom string `json:"config_from"`
					Exists     bool   `json:"exists"`
					State      string `json:"state"`
					StateFrom  string `json:"state_from"`
				}{p.Config, p.Why.Config, exists(p.Config), p.State, p.Why.State})
			case a.flags.verbose:
				fmt.Fprintf(a.out, "config: %s (%s)\nstate:  %s (%s)\n", p.Config, p.Why.Config, p.State, p.Why.State)
			default:
				fmt.Fprintln(a.out, p.Config)
			}
			return nil
		},
	}
}

func (a *app) configCheck() *cobra.Command {
	var files bool
	c := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Report every problem of the configuration, with line and column",
		Long: `Report every problem of the configuration, or of FILE (- is stdin), with line
and column. Nothing but the file is needed; --files also opens the certificates,
keys and secrets that it names.`,
		Example: `  wnotify config check
  wnotify config check new.toml && mv new.toml "$(wnotify config path)"`,
		Args: most("FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.checkConfig(c.Context(), a.places().Config, files)
			}
			if args[0] != "-" && !exists(args[0]) {
				return &failure{
					code: exitNoInput, err: fmt.Errorf("there is no file %s", args[0]),
					fix: "check the name; without one, the configuration in use is checked",
				}
			}
			return a.checkConfig(c.Context(), args[0], files)
		},
	}
	c.Flags().BoolVar(&files, "files", false, "also open the files that it names")
	return c
}

// problemItem is a problem as JSON.
type problemItem struct {
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Key     string `json:"key,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

func (a *app) checkConfig(ctx context.Context, path string, files bool) error {
	f, err := a.readConfig(ctx, path)
	var problems []config.Problem
	if invalid, ok := errors.AsType[*config.InvalidError](err); ok {
		problems = invalid.Problems
	} else if err != nil {
		return err
	}
	if f != nil {
		problems = f.Warnings
		if files {
			problems = append(problems, f.CheckFiles(a.env.Getenv)...)
			err = wrong(problems)
		}
	}
	if a.flags.json() {
		items := make([]problemItem, len(problems))
		for i, p := range problems {
			items[i] = problemItem{p.Line, p.Column, p.Key, p.Message, p.Hint, p.Warning}
		}
		return errors.Join(err, ui.JSON(a.out, struct {
			Path  string        `json:"path"`
			OK    bool          `json:"ok"`
			Items []problemItem `json:"items"`
		}{path, err == nil, items}))
	}
	for _, p := range problems {
		if p.Warning {
			a.warn(p)
		}
	}
	if err == nil && !a.flags.quiet {
		s := f.Settings()
		fmt.Fprintf(a.out, "%s is right: %s, %s\n", path,
			ui.Plural(int64(len(s.Integrations)), "integration"), ui.Plural(int64(len(s.Triggers)), "trigger"))
	}
	return err
}

// readConfig reads a configuration file, or stdin for -.
func (a *app) readConfig(ctx context.Context, path string) (*config.File, error) {
	if path == "-" {
		text, err := a.readInput(ctx)
		if err != nil {
			return nil, err
		}
		return config.Decode(text, path)
	}
	f, err := config.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noConfig(path)
	}
	return f, err
}

// wrong makes an error of the problems that are not only warnings.
func wrong(problems []config.Problem) error {
	var bad []config.Problem
	for _, p := range problems {
		if !p.Warning {
			bad = append(bad, p)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return &config.InvalidError{Problems: bad}
}

func (a *app) configSchema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of the configuration, for editors",
		Example: `  wnotify config schema > wnotify.schema.json`,
		Args:    none,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.out.Write(config.Schema())
			return err
		},
	}
}

func (a *app) configInit() *cobra.Command {
	return &cobra.Command{
		Use:   "init",
		Short: "Write a configuration to start from",
		Long: `Write a configuration to start from, with every setting explained. A file that
is there already is left alone (exit 73).`,
		Example: "  wnotify config init\n  wnotify config init -c ./wnotify.toml",
		Args:    none,
		RunE: func(*cobra.Command, []string) error {
			path := a.places().Config
			if err := config.Create(path, config.Starter()); err != nil {
				return err
			}
			if a.flags.json() {
				return ui.JSON(a.out, struct {
					Config  string `json:"config"`
					Changed bool   `json:"changed"`
				}{path, true})
			}
			a.sayf("wrote %s\nadd a collector: wnotify integration add NAME --url URL", path)
			return nil
		},
	}
}
