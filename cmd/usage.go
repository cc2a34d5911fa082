package cmd

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wnotify/wnotify/dispatch/spelling"
)

// group makes a command that only holds others. Alone it shows its help; with
// a word that none of them has it is an error that suggests the nearest, which
// cobra by itself does for the root only.
func group(c *cobra.Command, commands ...*cobra.Command) *cobra.Command {
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return noCommand(c, args[0])
	}
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(commands...)
	return c
}

// none takes no arguments.
func none(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected argument %q", args[0])
	}
	return nil
}

// one takes exactly one argument.
func one(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return usagef("%s is missing", what)
		case len(args) > 1:
			return usagef("unexpected argument %q: only one %s at a time", args[1], what)
		}
		return nil
	}
}

// some takes at least one argument.
func some(what string) cobra.PositionalArgs { //nolint:unparam // as one and most
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usagef("%s is missing", what)
		}
		return nil
	}
}

// most takes at most one argument.
func most(what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return usagef("unexpected argument %q: only one %s at a time", args[1], what)
		}
		return nil
	}
}

// flagError makes a usage error of what pflag says, with the nearest flag for
// one that is not known.
func flagError(c *cobra.Command, err error) error {
	if args := c.Flags().Args(); c.HasSubCommands() && len(args) > 0 {
		return noCommand(c, args[0]) // the flag was meant for it
	}
	e := &usageError{what: err.Error(), at: c}
	if missing, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := missing.GetSpecifiedName()
		if missing.GetSpecifiedShortnames() != "" {
			e.what = "there is no flag -" + name
			return e
		}
		e.what = "there is no flag --" + name
		if near := spelling.Nearest(name, flagNames(c)); near != "" {
			e.hint = "did you mean --" + near + "?"
		}
		return e
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		e.what = fmt.Sprintf("--%s needs a value", missing.GetFlag().Name)
	}
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		e.what = fmt.Sprintf("--%s %q: %s", bad.GetFlag().Name, bad.GetValue(), because(bad))
	}
	return e
}

func because(bad *pflag.InvalidValueError) string {
	if bad.GetFlag().Value.Type() == "bool" {
		return "it must be true or false"
	}
	return bad.Unwrap().Error()
}

func flagNames(c *cobra.Command) []string {
	var names []string
	c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}
