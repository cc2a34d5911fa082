package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/dispatch/spelling"
)

// noCommand is the error for a word that is no command of a group, with what
// may have been meant.
func noCommand(c *cobra.Command, word string) *usageError {
	e := usagef("there is no command %q in %s", word, c.CommandPath())
	e.at = c
	if meant := meantBy(c, word); len(meant) > 0 {
		e.hint = "did you mean " + strings.Join(meant, " or ") + "?"
	}
	return e
}

// elsewhere are words that other programs have for a command of ours, and the
// group it stands in; "" is whatever group the word was used in.
var elsewhere = map[string][2]string{
	"create": {"", "add"}, "new": {"", "add"}, "describe": {"", "show"}, "view": {"", "show"}, "get": {"", "show"},
	"inspect": {"", "show"}, "update": {"", "set"}, "change": {"", "set"}, "purge": {"", "drop"}, "clear": {"", "drop"},
	"stats": {"wnotify", "report"}, "statistics": {"wnotify", "report"}, "ping": {"wnotify", "test"}, "post": {"wnotify", "send"},
	"publish": {"wnotify", "send"}, "push": {"wnotify", "send"}, "deliver": {"wnotify", "flush"}, "run": {"wnotify", "flush"},
	"dlq": {"wnotify", "dead"}, "attempts": {"wnotify", "why"}, "man": {"wnotify", "help"},
	"resend": {"wnotify dead", "replay"}, "redrive": {"wnotify dead", "replay"}, "retry": {"wnotify dead", "replay"},
	"validate": {"wnotify config", "check"}, "verify": {"wnotify config", "check"}, "lint": {"wnotify config", "check"},
}

// meantBy are the commands that a wrong word may stand for: what it means
// elsewhere, else the nearest of the group, unless commands of other groups are
// nearer.
func meantBy(c *cobra.Command, word string) []string {
	word = strings.ToLower(word)
	if m, ok := elsewhere[word]; ok && (m[0] != "" || slices.Contains(commandNames(c), m[1])) {
		if m[0] == "" {
			m[0] = c.CommandPath()
		}
		return []string{m[0] + " " + m[1]}
	}
	names := commandNames(c)
	for _, sub := range c.Commands() {
		names = append(names, sub.Aliases...)
	}
	var others []string
	for _, group := range c.Root().Commands() {
		others = append(others, commandNames(group)...)
	}
	near, other := spelling.Nearest(word, names), spelling.Nearest(word, others)
	if other != "" && (near == "" || spelling.Distance(word, other) < spelling.Distance(word, near)) {
		return pathsOf(c.Root(), other)
	}
	if found, _, err := c.Find([]string{near}); err == nil && found != c {
		return []string{found.CommandPath()}
	}
	return nil
}

// pathsOf are the first few commands of groups that have a name.
func pathsOf(root *cobra.Command, name string) []string {
	var paths []string
	for _, group := range root.Commands() {
		for _, sub := range group.Commands() {
			if sub.Name() == name && len(paths) < 3 {
				paths = append(paths, sub.CommandPath())
			}
		}
	}
	return paths
}
