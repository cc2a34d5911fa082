package event

import "github.com/wnotify/wnotify/dispatch/scan"

// compact copies valid JSON without the white space between tokens.
func compact(json []byte) []byte {
	out := make([]byte, 0, len(json))
	for i := 0; i < len(json); {
		switch c := json[i]; {
		case c == '"':
			end := stringEnd(json, i)
			out = append(out, json[i:end]...)
			i = end
		case isSpace(c):
			i++
		default:
			out = append(out, c)
			i++
		}
	}
	return out
}

// without copies JSON without the cuts, which are in order.
func without(json []byte, cuts []scan.Cut) []byte {
	out := make([]byte, 0, len(json))
	from := 0
	for _, c := range cuts {
		out = append(out, json[from:c.Start]...)
		from = c.End
	}
	return append(out, json[from:]...)
}
