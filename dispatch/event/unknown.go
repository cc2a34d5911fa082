package event

import (
	"fmt"

	"github.com/wnotify/wnotify/dispatch/spelling"
)

// UnknownError is a name that selects no event type.
type UnknownError struct {
	Name       string
	Suggestion string // the nearest name there is, or ""
}

// Error says what the name could have been meant to be.
func (e *UnknownError) Error() string {
	if e.Suggestion == "" {
		return fmt.Sprintf("unknown event type %q; wnotify events lists those there are", e.Name)
	}
	return fmt.Sprintf("unknown event type %q, did you mean %q?", e.Name, e.Suggestion)
}

// suggest returns the selector that was probably meant: the one that takes the
// notification type of that name, or the name that is nearest in spelling.
func suggest(name string) string {
	if k := Lookup(name); k != nil && k.Selector != "" {
		return k.Selector
	}
	candidates := SelectorNames()
	for s := range walk(selectors) {
		candidates = append(candidates, s.Aliases...)
	}
	return spelling.Nearest(name, candidates)
}
