package event

import "fmt"

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
	best, least := "", 1+max(2, len(name)/3)
	for _, c := range candidates {
		if d := distance(name, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is the number of letters to insert, drop or exchange to make b of a,
// not counting capitals.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if lower(a[i]) == lower(b[j]) {
				cost = 0
			}
			next := min(row[j]+1, row[j+1]+1, diagonal+cost)
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
