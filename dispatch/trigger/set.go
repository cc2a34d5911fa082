package trigger

import "math/bits"

// set is a set of rules, a bit each.
type set []uint64

func words(n int) int   { return (n + 63) / 64 }
func newSet(n int) set  { return make(set, words(n)) }
func (s set) add(i int) { s[i>>6] |= 1 << (i & 63) }

func (s set) overlaps(o set) bool {
	for i := range s {
		if s[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

// each calls f with the number of every rule of a set.
func (s set) each(f func(i int)) {
	for at, word := range s {
		for ; word != 0; word &= word - 1 {
			f(at<<6 + bits.TrailingZeros64(word))
		}
	}
}
