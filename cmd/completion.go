package cmd

import (
	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/dispatch/spelling"
)

// completion prints the script that makes a shell complete our commands. What
// it completes comes from the configuration file alone: it opens no queue.
func (a *app) completion() *cobra.Command {
	shells := map[string]func(*cobra.Command) error{
		"bash":       func(root *cobra.Command) error { return root.GenBashCompletionV2(a.out, true) },
		"zsh":        func(root *cobra.Command) error { return root.GenZshCompletion(a.out) },
		"fish":       func(root *cobra.Command) error { return root.GenFishCompletion(a.out, true) },
		"powershell": func(root *cobra.Command) error { return root.GenPowerShellCompletionWithDesc(a.out) },
	}
	names := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script for bash, zsh, fish or powershell",
		Example: `  wnotify completion bash > /etc/bash_completion.d/wnotify
  wnotify completion zsh > "${fpath[1]}/_wnotify"
  wnotify completion fish > ~/.config/fish/completions/wnotify.fish
  wnotify completion powershell | Out-String | Invoke-Expression`,
		Args:              one("SHELL"),
		ValidArgsFunction: cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(c *cobra.Command, args []string) error {
			write, ok := shells[args[0]]
			if !ok {
				e := usagef("there is no completion for %q: bash, zsh, fish or powershell", args[0])
				if near := spelling.Nearest(args[0], names); near != "" {
					e.hint = "did you mean " + near + "?"
				}
				return e
			}
			return write(c.Root())
		},
	}
}
