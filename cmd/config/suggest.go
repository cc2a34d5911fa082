package config

import (
	"strings"

	"github.com/wnotify/wnotify/dispatch/spelling"
)

// didYouMean is the hint for a word that is not known: the probable one, or
// all of them.
func didYouMean(word string, known []string) string {
	if s := spelling.Nearest(word, known); s != "" {
		return "did you mean " + s + "?"
	}
	if len(known) == 0 || len(known) > 16 {
		return ""
	}
	return "one of " + strings.Join(known, ", ")
}
