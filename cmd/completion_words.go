package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagWords are the values that flags take one of, by command.
var flagWords = map[string][]string{
	"wnotify --output":                  {"text", "json"},
	"wnotify --color":                   {"auto", "always", "never"},
	"wnotify --log-level":               {"trace", "debug", "info", "warn", "error", "off"},
	"wnotify --log-format":              {"auto", "console", "json"},
	"wnotify send --from":               {"cursor", "start", "end"},
	"wnotify send --on-invalid":         {"keep", "stop"},
	"wnotify send --wait":               {"30s", "0", "drain"},
	"wnotify enqueue --from":            {"cursor", "start", "end"},
	"wnotify enqueue --on-invalid":      {"keep", "stop"},
	"wnotify flush --wait":              {"30s", "0", "drain"},
	"wnotify test --format":             {"json-array", "ndjson"},
	"wnotify integration test --format": {"json-array", "ndjson"},
	"wnotify store copy --from":         {engineBolt, engineNATS},
	"wnotify store copy --to":           {engineBolt, engineNATS},
	"wnotify listen --fault":            {"reset", "drop", "hang", "drip", "cut", "garbage"},
}

// takesFiles are the commands whose arguments are files; those of others are
// never completed as such.
var takesFiles = map[string]bool{
	"wnotify send": true, "wnotify enqueue": true, "wnotify config check": true, "wnotify trigger test": true,
}

// completeRest gives the flags and arguments of a command, and of all below it,
// the completions that the command itself has not.
func (a *app) completeRest(c *cobra.Command) {
	c.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { a.completeFlag(c, f.Name) })
	c.PersistentFlags().VisitAll(func(f *pflag.Flag) { a.completeFlag(c, f.Name) })
	if c.ValidArgsFunction == nil && !c.HasSubCommands() && !takesFiles[c.CommandPath()] {
		c.ValidArgsFunction = cobra.NoFileCompletions
	}
	for _, sub := range c.Commands() {
		a.completeRest(sub)
	}
}

func (a *app) completeFlag(c *cobra.Command, name string) {
	if _, has := c.GetFlagCompletionFunc(name); has {
		return
	}
	words, fixed := flagWords[c.CommandPath()+" --"+name]
	switch {
	case fixed:
		mustComplete(c, name, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	case name == "integration":
		mustComplete(c, name, a.completeIntegrations)
	case name == "event", name == "as":
		mustComplete(c, name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return completeEvents(), cobra.ShellCompDirectiveNoFileComp
		})
	}
}
