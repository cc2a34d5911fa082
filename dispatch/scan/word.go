package scan

// Words of eight bytes, looked at in one go. A mask has the top bit set in the
// byte that is looked for; the lowest such byte is the right one, those above
// it may be wrong, because borrows and carries run upwards.
const (
	ones = 0x0101010101010101
	tops = 0x80 * ones
)

// load returns the eight bytes at i, the first one lowest. Written like this it
// becomes a single load where the compiler knows that i is within data.
func load(data []byte, i int) uint64 {
	_ = data[i+7]
	return uint64(data[i]) | uint64(data[i+1])<<8 | uint64(data[i+2])<<16 | uint64(data[i+3])<<24 |
		uint64(data[i+4])<<32 | uint64(data[i+5])<<40 | uint64(data[i+6])<<48 | uint64(data[i+7])<<56
}

// stops marks the bytes at which a run of plain characters of a string ends: a
// quote, a backslash, a control character, a byte beyond ASCII. Flipping the
// second bit puts the quote next to the control characters, so that one
// subtraction finds both.
func stops(x uint64) uint64 {
	return (((x ^ 2*ones) - 0x21*ones) | ((x ^ '\\'*ones) - ones) | x) & tops
}

// nondigits marks the bytes that are no digits.
func nondigits(x uint64) uint64 {
	x ^= '0' * ones
	return ((x + (0x80-10)*ones) | x) & tops
}
