package config

import (
	"bytes"
	"slices"
	"strings"
)

// splice is one replacement of bytes.
type splice struct {
	span

	with string
}

// apply makes replacements that do not overlap.
func apply(src []byte, edits ...splice) []byte {
	slices.SortStableFunc(edits, func(a, b splice) int { return a.start - b.start })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(out, src[at:e.start]...)
		out = append(out, e.with...)
		at = e.end
	}
	return append(out, src[at:]...)
}

// eol is how lines end near an offset.
func eol(src []byte, at int) string {
	end := lineEnd(src, lineStart(src, at))
	if end == lineStart(src, at) || src[end-1] != '\n' {
		end = lineEnd(src, 0)
	}
	if bytes.HasSuffix(src[:end], []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// insertLines puts whole lines at an offset where a line begins, or at the end
// of a text without a final line end, which stays without one.
func insertLines(src []byte, at int, lines ...string) splice {
	end := eol(src, max(at-1, 0))
	text := strings.Join(lines, end)
	if at > 0 && src[at-1] != '\n' {
		return splice{span{at, at}, end + text}
	}
	return splice{span{at, at}, text + end}
}

// indent is the white space before the text at an offset, if nothing else is.
func indent(src []byte, at int) (string, bool) {
	blank := string(src[lineStart(src, at):at])
	return blank, strings.Trim(blank, " \t") == ""
}

// dropItem takes an item out of a list or inline table, with its comma and
// with the comment behind it.
func dropItem(src []byte, items []span, i int) splice {
	item := items[i]
	if alone(src, item) {
		return splice{span: span{lineStart(src, item.start), lineEnd(src, item.end)}}
	}
	switch {
	case i+1 < len(items) && bytes.IndexByte(src[item.end:items[i+1].start], '\n') < 0:
		return splice{span: span{item.start, items[i+1].start}}
	case i+1 < len(items):
		comma := item.end + bytes.IndexByte(src[item.end:items[i+1].start], ',') + 1
		return splice{span: span{item.start, comma}}
	case i > 0:
		return splice{span: span{items[i-1].end, item.end}}
	}
	end := item.end
	if rest := bytes.TrimLeft(src[end:], " \t\r\n"); len(rest) > 0 && rest[0] == ',' {
		end = len(src) - len(rest) + 1
	}
	return splice{span: span{item.start, end}}
}

// alone reports whether an item has its line for itself, but for a comma and a
// comment.
func alone(src []byte, item span) bool {
	_, first := indent(src, item.start)
	rest := bytes.TrimSpace(src[item.end:lineEnd(src, item.end)])
	rest = bytes.TrimSpace(bytes.TrimPrefix(rest, []byte(",")))
	return first && (len(rest) == 0 || rest[0] == '#')
}

// addItem puts an item behind the last of a list, in the manner of the list.
func addItem(src []byte, items []span, item string) []splice {
	last := items[len(items)-1]
	blank, first := indent(src, last.start)
	rest := bytes.TrimLeft(src[last.end:], " \t")
	if !first || closes(rest) {
		return []splice{{span{last.end, last.end}, ", " + item}}
	}
	// One item a line: after the line of the last one, which gets a comma.
	line := lineEnd(src, last.end)
	end := eol(src, last.end)
	if len(rest) > 0 && rest[0] == ',' {
		return []splice{{span{line, line}, blank + item + "," + end}}
	}
	return []splice{{span{last.end, last.end}, ","}, {span{line, line}, blank + item + end}}
}

// closes reports whether a list ends in the line of its last item, of which
// this is the rest.
func closes(rest []byte) bool {
	rest = bytes.TrimLeft(bytes.TrimPrefix(rest, []byte(",")), " \t")
	return bytes.HasPrefix(rest, []byte("]"))
}
