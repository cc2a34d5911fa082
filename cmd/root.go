package cmd

import (
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// Groups of commands, in the order of help.
const (
	deliver   = "deliver"
	configure = "configure"
	observe   = "observe"
	other     = "other"
)

// root assembles the command line.
func (a *app) root() *cobra.Command {
	showVersion := false
	c := group(&cobra.Command{
		Use:   "wnotify",
		Short: "Deliver security events to Fluentd, Logstash and webhook collectors",
		Long: `wnotify reads Wallarm security events as JSON, keeps them safe on disk and
delivers them to Fluentd, Logstash and webhook collectors over HTTPS, again and
again until they have arrived.`,
		Example: `  wnotify integration add siem --url https://collector.example.com/wallarm
  wnotify test siem
  cat events.ndjson | wnotify send
  wnotify flush                      # from cron or a systemd timer
  wnotify status`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if c.Name() == cobra.ShellCompRequestCmd || c.Name() == cobra.ShellCompNoDescRequestCmd {
				return nil // its flags are those of the line to complete
			}
			return a.prepare(c.Root().PersistentFlags())
		},
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
	})
	help := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if showVersion {
			return a.printVersion()
		}
		return help(c, args)
	}
	c.Flags().BoolVar(&showVersion, "version", false, "print the version")
	a.flags.register(c.PersistentFlags())
	c.SetIn(a.env.Stdin)
	c.SetOut(a.out)
	c.SetErr(a.err)
	c.SetFlagErrorFunc(flagError)
	c.SetHelpFunc(func(c *cobra.Command, _ []string) { a.help(c) })
	c.SetUsageFunc(func(c *cobra.Command) error { a.help(c); return nil })
	c.AddGroup(
		&cobra.Group{ID: deliver, Title: "Deliver"},
		&cobra.Group{ID: configure, Title: "Configure"},
		&cobra.Group{ID: observe, Title: "Observe"},
		&cobra.Group{ID: other, Title: "Other"},
	)
	in(c, deliver, a.send(), a.enqueue(), a.flush(), a.test(), a.requests())
	in(c, configure, a.integration(), a.trigger(), a.config(), a.store())
	in(c, observe, a.status(), a.queue(), a.dead(), a.rejects(), a.why(), a.statistics(), a.metrics(), a.doctor(), a.events())
	in(c, other, a.demo(), a.listen(), a.version(), a.completion())
	helper := a.helpCommand()
	c.SetHelpCommand(helper)
	c.SetHelpCommandGroupID(other)
	a.completeRest(c)
	return c
}

// in adds commands to a group of the root.
func in(root *cobra.Command, groupID string, commands ...*cobra.Command) {
	for _, c := range commands {
		c.GroupID = groupID
		root.AddCommand(c)
	}
}

// CommandLine is the whole tree of commands, for the manual: it is not to be
// executed.
func CommandLine() *cobra.Command {
	c := newApp(Env{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: io.Discard, Getenv: func(string) string { return "" }}).root()
	c.InitDefaultHelpCmd()
	return c
}
