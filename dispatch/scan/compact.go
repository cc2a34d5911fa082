package scan

// AppendCompact appends the valid value data to dst without the white space
// between its tokens. Every other byte stays as it is.
func AppendCompact(dst, data []byte) []byte {
	from := 0
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == '"':
			i = stringEnd(data, i+1)
		case isBlank(c):
			dst = append(dst, data[from:i]...)
			i, _ = skip(data, i, false)
			from = i
		default:
			i++
		}
	}
	return append(dst, data[from:]...)
}

// stringEnd returns the offset behind the valid string whose contents begin at
// i.
func stringEnd(data []byte, i int) int {
	for {
		i = plain(data, i)
		switch {
		case i >= len(data):
			return len(data)
		case data[i] == '"':
			return i + 1
		case data[i] == '\\':
			i += 2
		default:
			i++
		}
		i = min(i, len(data))
	}
}
