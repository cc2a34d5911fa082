package scan

// Value validates the value that begins at data[0] and returns the offset just
// behind it; what follows is not looked at. It fills f, unless that is nil,
// whose slices then point into data. The end of data is the end of the input,
// so a number may end there. Of an incomplete value the error is [ErrMore],
// otherwise a *[SyntaxError]; f then holds nothing of use.
func Value(data []byte, f *Fields) (end int, err error) {
	end, p := scan(data, f)
	if p == more && wholeNumber(data) {
		p = none
	}
	return end, p.err(data, end)
}

// Prefix is [Value] for data that may go on: a number at its very end is
// [ErrMore], since another digit may follow. What it finds wrong with the
// beginning of a value, it finds wrong with any longer one.
func Prefix(data []byte, f *Fields) (end int, err error) {
	end, p := scan(data, f)
	return end, p.err(data, end)
}

// Valid reports whether data is one value with nothing around it but white
// space.
func Valid(data []byte) bool {
	start, _ := skip(data, 0, false)
	data = data[start:]
	end, p := scan(data, nil)
	if p == more && wholeNumber(data) {
		return true
	}
	if p != none {
		return false
	}
	end, _ = skip(data, end, false)
	return end == len(data)
}

// wholeNumber reports whether data, the beginning of a valid value, is a number
// that may end where data ends.
func wholeNumber(data []byte) bool {
	return len(data) > 0 && (data[0] == '-' || isDigit(data[0])) && isDigit(data[len(data)-1])
}
