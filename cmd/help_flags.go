package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagColumn is where the explanation of a flag begins.
const flagColumn = 30

// LocalFlags are the flags of a command itself, in the order in which they were
// defined: what belongs together stands together.
func LocalFlags(c *cobra.Command) []*pflag.Flag {
	var list []*pflag.Flag
	inherited := c.InheritedFlags()
	c.Flags().SortFlags = false
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden && inherited.Lookup(f.Name) == nil && c.PersistentFlags().Lookup(f.Name) == nil {
			list = append(list, f)
		}
	})
	return list
}

// GlobalFlags are the flags that every command has.
func GlobalFlags(c *cobra.Command) []*pflag.Flag {
	var list []*pflag.Flag
	c.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { list = append(list, f) })
	return list
}

// ExplainFlag returns a flag as it is typed, the name of its value and what it
// does. The name of a value stands between backquotes in the usage; where the
// usage begins with it and a colon, it is not said twice.
func ExplainFlag(f *pflag.Flag) (name, value, usage string) {
	value, usage = pflag.UnquoteUsage(f)
	usage = strings.TrimPrefix(usage, value+": ")
	if !slices.Contains([]string{"", "false", "0", "[]"}, f.DefValue) {
		usage += fmt.Sprintf(" (default %s)", f.DefValue)
	}
	name = "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if value != "" && f.NoOptDefVal != "" {
		name, value = name+"[="+value+"]", "" // a blank would begin an argument
	}
	return name, value, usage
}

// flagTable explains flags.
func flagTable(flags []*pflag.Flag) string {
	var b strings.Builder
	for _, f := range flags {
		name, value, usage := ExplainFlag(f)
		if f.Shorthand == "" {
			name = "    " + name
		}
		name = "  " + name
		if value != "" {
			name += " " + value
		}
		if len(name) > flagColumn-2 {
			name += "\n"
		}
		pad := max(0, flagColumn-len(name))
		if strings.HasSuffix(name, "\n") {
			pad = flagColumn
		}
		indent := strings.Repeat(" ", flagColumn)
		fmt.Fprintf(&b, "%s%s%s\n", name, strings.Repeat(" ", pad), wrap(usage, helpWidth-flagColumn, indent))
	}
	return b.String()
}
