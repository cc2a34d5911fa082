package config

import "strings"

// Closest returns the known word that was probably meant, or nothing: of every
// three letters one may be wrong, and three at most.
func Closest(word string, known []string) string {
	best, distance := "", 1+max(1, min(3, len(word)/3))
	lower := strings.ToLower(word)
	for _, k := range known {
		if d := Distance(lower, strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	if best != "" {
		return best
	}
	for _, k := range known { // a word cut short, as "request" or "vuln"
		if len(word) >= 3 && strings.HasPrefix(strings.ToLower(k), lower) {
			return k
		}
	}
	return ""
}

// didYouMean is the hint for a word that is not known: the probable one, or
// all of them.
func didYouMean(word string, known []string) string {
	if s := Closest(word, known); s != "" {
		return "did you mean " + s + "?"
	}
	if len(known) == 0 || len(known) > 16 {
		return ""
	}
	return "one of " + strings.Join(known, ", ")
}

// Distance is the number of insertions, deletions, replacements and swaps of
// neighbours that make one word of the other. Words over 64 bytes are not
// compared: nobody mistypes them, and a long text must not cost time.
func Distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
