// Package spelling finds the word that somebody probably meant. It knows no
// words of its own, and rather says nothing than guesses wildly.
package spelling

import "strings"

// Nearest returns the known word that was probably meant, or nothing: one edit
// makes it of the word, or up to three that are less than half of its letters.
func Nearest(word string, known []string) string {
	best, distance := "", 1+max(1, min(3, (len(word)-1)/2))
	for _, k := range known {
		if d := Distance(word, k); d < distance {
			best, distance = k, d
		}
	}
	if best != "" {
		return best
	}
	for _, k := range known { // a word cut short, as "request" or "vuln"
		if len(word) >= 3 && strings.HasPrefix(strings.ToLower(k), strings.ToLower(word)) {
			return k
		}
	}
	return ""
}

// Distance is the number of insertions, deletions, replacements and swaps of
// neighbours that make one word of the other, not counting capitals. Words over
// 64 bytes are not compared: nobody mistypes them, and a long text must not cost
// time.
func Distance(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
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
