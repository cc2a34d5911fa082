package cmd

import (
	"slices"

	"github.com/spf13/cobra"
)

// integration is the group of what can be done with integrations.
func (a *app) integration() *cobra.Command {
	return group(&cobra.Command{
		Use:     "integration",
		Aliases: []string{"integrations"},
		Short:   "Add, list, change, enable, disable, delete or test integrations",
		Long: `An integration is a named collector: its type, URL and settings, kept in the
configuration file. Commands change only the bytes they must; repeating one that
has nothing left to do changes nothing and exits 0.`,
		Example: `  wnotify integration add siem --url https://siem.example.com/wallarm
  wnotify integration list
  wnotify integration set siem --event hits --event vulnerabilities.high
  wnotify integration disable siem`,
	}, a.integrationAdd(), a.integrationList(), a.integrationShow(), a.integrationSet(),
		a.integrationEnable(), a.integrationDisable(), a.integrationDelete(), a.test())
}

// completeIntegrations completes names of integrations, read from the configuration
// file alone.
func (a *app) completeIntegrations(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	f, err := a.load()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, i := range f.Settings().Integrations {
		if !slices.Contains(args, i.Name) {
			names = append(names, cobra.CompletionWithDesc(i.Name, i.Type+" "+i.Endpoint.Shown()))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}
