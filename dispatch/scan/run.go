package scan

import "math/bits"

// stop says where a run ended.
type stop uint8

const (
	atName     stop = iota // behind the quote that begins a name
	behindName             // behind the quote that ends the name which begins at name
	atItem                 // at a value
	behindItem             // behind a value
)

// run reads members, or elements, as programs write them: plain strings and
// numbers, with no white space but a space behind a colon or comma. It begins
// behind the quote of a name, or at an element, and ends where anything else
// comes, which it leaves to its caller: it knows no errors. It also ends behind
// a name whose [sign] is a bit in wanted.
//
// Most of the time of the program is spent here, so it calls nothing, which
// would cost it its registers, and never reads near the end of data, which
// would cost bounds checks. The rest of the scanner can be simple.
func run(data []byte, i int, object bool, wanted uint64) (next int, at stop, name int) {
	limit := len(data) - 24
	for {
		if object {
			name = i
			var m uint64
			for {
				if i < 0 || i >= limit {
					return name, atName, name
				}
				if m = stops(load(data, i)); m != 0 {
					break
				}
				i += 8
			}
			i += bits.TrailingZeros64(m) >> 3
			if i < 0 || i >= limit || data[i] != '"' {
				return name, atName, name
			}
			if data[i+1] != ':' || wanted>>sign(i-name, data[name])&1 != 0 {
				return i + 1, behindName, name
			}
			i += 2
		}
		item := i
		if i < 0 || i >= limit {
			return item, atItem, name
		}
		c := data[i]
		if c == ' ' {
			i++
			c = data[i]
		}
		if c == '"' {
			i++
			var m uint64
			for {
				if i < 0 || i >= limit {
					return item, atItem, name
				}
				if m = stops(load(data, i)); m != 0 {
					break
				}
				i += 8
			}
			i += bits.TrailingZeros64(m) >> 3
			if i < 0 || i >= limit || data[i] != '"' {
				return item, atItem, name
			}
			i++
			c = data[i]
		} else {
			if c == '-' {
				i++
			}
			first := i
			var m uint64
			for {
				if i < 0 || i >= limit {
					return item, atItem, name
				}
				if m = nondigits(load(data, i)); m != 0 {
					break
				}
				i += 8
			}
			i += bits.TrailingZeros64(m) >> 3
			if i < 0 || i >= limit || i == first || data[first] == '0' && i > first+1 {
				return item, atItem, name
			}
			if c = data[i]; c == '.' {
				i++
				first = i
				for {
					if i < 0 || i >= limit {
						return item, atItem, name
					}
					if m = nondigits(load(data, i)); m != 0 {
						break
					}
					i += 8
				}
				i += bits.TrailingZeros64(m) >> 3
				if i < 0 || i >= limit || i == first {
					return item, atItem, name
				}
				c = data[i]
			}
			if c|0x20 != '}' && c != ',' {
				return item, atItem, name
			}
		}
		if c != ',' {
			return i, behindItem, name
		}
		if object {
			k := i + 1
			if data[k] == ' ' {
				k++
			}
			if data[k] != '"' {
				return i, behindItem, name
			}
			i = k
		}
		i++
	}
}
