package scan

import "bytes"

// AppendCompact appends the valid value data to dst without the white space
// between its tokens. Every other byte stays as it is.
func AppendCompact(dst, data []byte) []byte {
	for i := 0; i < len(data); {
		if data[i] == '"' {
			end := stringEnd(data, i+1)
			dst = append(dst, data[i:end]...)
			i = end
			continue
		}
		if isBlank(data[i]) {
			i, _ = skip(data, i, false)
			continue
		}
		start := i
		for i < len(data) && data[i] != '"' && !isBlank(data[i]) {
			i++
		}
		dst = append(dst, data[start:i]...)
	}
	return dst
}

// stringEnd returns the offset behind the quote that ends the string which goes
// on at i.
func stringEnd(data []byte, i int) int {
	for {
		n := bytes.IndexByte(data[i:], '"')
		if n < 0 {
			return len(data)
		}
		i += n + 1
		// An odd number of backslashes before it makes the quote a character.
		k := i - 2
		for k >= 0 && data[k] == '\\' {
			k--
		}
		if (i-2-k)%2 == 0 {
			return i
		}
	}
}
