package cmd

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/spelling"
)

// helpWidth is the width of help, in columns, whatever the terminal.
const helpWidth = 80

// help prints what a command is for. It is written by hand: cobra's templates
// would add 2 MB to the program.
func (a *app) help(c *cobra.Command) {
	var b bytes.Buffer
	about := c.Long
	if about == "" {
		about = c.Short + "."
	}
	fmt.Fprintf(&b, "%s\n\n%s %s\n", reflow(about), a.title("Usage:"), UseLine(c))
	if len(c.Aliases) > 0 {
		fmt.Fprintf(&b, "%s %s\n", a.title("Aliases:"), strings.Join(c.Aliases, ", "))
	}
	if c.Example != "" {
		fmt.Fprintf(&b, "\n%s\n%s\n", a.title("Examples"), strings.TrimRight(c.Example, "\n"))
	}
	a.helpCommands(&b, c)
	if flags := LocalFlags(c); len(flags) > 0 {
		fmt.Fprintf(&b, "\n%s\n%s", a.title("Flags"), flagTable(flags))
	}
	if c.HasParent() {
		fmt.Fprintf(&b, "\nFlags of every command: wnotify --help\n")
	} else {
		fmt.Fprintf(&b, "\n%s (each also as WNOTIFY_NAME in the environment)\n%s", a.title("Flags of every command"),
			flagTable(GlobalFlags(c)))
		fmt.Fprintf(&b, "\nHelp on one: wnotify COMMAND --help\nTopics:      wnotify help %s\n", strings.Join(topicNames(), " | "))
	}
	_, _ = a.out.Write(b.Bytes()) // remembered by the stream
}

func (a *app) title(text string) string { return a.out.Paint(ui.Bold, text) }

// UseLine is the usage line; cobra's says [flags] in its own place.
func UseLine(c *cobra.Command) string {
	line := c.CommandPath()
	if _, args, ok := strings.Cut(c.Use, " "); ok {
		line += " " + args
	}
	if c.HasAvailableSubCommands() {
		return line + " COMMAND"
	}
	if len(LocalFlags(c)) > 0 {
		return line + " [flags]"
	}
	return line
}

// helpCommands lists what is below a command, by group where there are groups.
func (a *app) helpCommands(b *bytes.Buffer, c *cobra.Command) {
	groups := c.Groups()
	if len(groups) == 0 {
		groups = []*cobra.Group{{ID: "", Title: "Commands"}}
	}
	for _, g := range groups {
		var rows []*cobra.Command
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() && sub.GroupID == g.ID {
				rows = append(rows, sub)
			}
		}
		if len(rows) == 0 {
			continue
		}
		fmt.Fprintf(b, "\n%s\n", a.title(g.Title))
		for _, sub := range rows {
			fmt.Fprintf(b, "  %-*s  %s\n", c.NamePadding(), sub.Name(), sub.Short)
		}
	}
}

// helpCommand is `help`: of a command, or on a topic.
func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND | TOPIC]",
		Short: "Explain a command, or exit-codes, environment, config, formats, recipes",
		Example: `  wnotify help integration add
  wnotify help exit-codes`,
		ValidArgsFunction: func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			return completeHelp(c.Root(), args), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 1 && slices.Contains(topicNames(), args[0]) {
				_, err := fmt.Fprint(a.out, topic(args[0]))
				return err
			}
			at, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				e := usagef("there is no command or topic %q", strings.Join(args, " "))
				if near := spelling.Nearest(args[len(args)-1], append(topicNames(), commandNames(at)...)); near != "" {
					e.hint = fmt.Sprintf("did you mean %s?", near)
				}
				return e
			}
			a.help(at)
			return nil
		},
	}
}

func commandNames(c *cobra.Command) []string {
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

func completeHelp(root *cobra.Command, args []string) []string {
	at, rest, err := root.Find(args)
	if err != nil || len(rest) > 0 {
		return nil
	}
	names := commandNames(at)
	if len(args) == 0 {
		names = append(names, topicNames()...)
	}
	return names
}
