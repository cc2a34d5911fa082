package config

import (
	"bytes"
	"errors"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// syntax notes an error of the parser and says where to go on. The expression
// that failed begins at or after from.
func (b *builder) syntax(err error, from int) (next int, ok bool) {
	at, message := len(b.text), "this cannot be read as TOML"
	if p, ok := errors.AsType[*unstable.ParserError](err); ok {
		message = p.Message
		if offset := b.base + cap(b.text[b.base:]) - cap(p.Highlight); p.Highlight != nil && offset >= from && offset <= len(b.text) {
			at = offset
		}
	}
	from = skipBlank(b.text, from)
	f := fault{at: at, key: b.keyAt(from), message: message, hint: b.syntaxHint(at)}
	b.partial = true
	rest := b.text[min(at+1, len(b.text)):]
	begun := bytes.IndexByte(b.text[min(from, at):at], '\n') >= 0 // in an earlier line
	open := begun && len(bytes.TrimSpace(rest)) == 0
	if open || begun && isHeader(bytes.TrimSpace(b.text[lineStart(b.text, at):lineEnd(b.text, at)])) {
		f.at, f.hint = from, "what begins here is never closed" // where it was noticed helps nobody
	}
	b.faults = append(b.faults, f)
	if open || len(b.faults) >= faultLimit || from >= len(b.text) {
		return 0, false
	}
	return resume(b.text, from, at)
}

// faultLimit is how many syntax errors are reported: a file with more is no
// TOML at all.
const faultLimit = 50

// keyAt is the dotted key of the expression at an offset, as far as it can be
// told. The last line of a key in PEM form may look like one, too: what comes
// behind the sign tells them apart.
func (b *builder) keyAt(from int) string {
	line := b.text[from:lineEnd(b.text, from)]
	name, rest, _ := strings.Cut(string(line), "=")
	if rest = strings.TrimSpace(rest); !isKey(line) || rest == "" || rest[0] == '=' {
		return ""
	}
	if len(b.path) == 0 {
		return strings.TrimSpace(name)
	}
	return Dotted(b.path...) + "." + strings.TrimSpace(name)
}

// syntaxHint recognises the usual slips.
func (b *builder) syntaxHint(at int) string {
	before := bytes.TrimRight(b.text[:at], " \t")
	if len(before) == 0 || at >= len(b.text) {
		return ""
	}
	line := bytes.TrimSpace(b.text[lineStart(b.text, at):lineEnd(b.text, at)])
	switch before[len(before)-1] {
	case '=', ',', '[':
		if c := b.text[at]; c > ' ' && c != '[' && c != ']' && c != '=' && c != '}' {
			return "text goes between double quotes"
		}
	default:
		if i := bytes.IndexByte(line, ':'); i > 0 && !bytes.ContainsRune(line, '=') {
			return "TOML writes key = value"
		}
	}
	return ""
}

// skipBlank skips white space and comments.
func skipBlank(src []byte, at int) int {
	for at < len(src) {
		switch src[at] {
		case ' ', '\t', '\r', '\n':
			at++
		case '#':
			at = lineEnd(src, at)
		default:
			return at
		}
	}
	return at
}

// resume finds the line at which reading may go on after an error at offset at
// in the expression that begins at from: the next header when a header was
// broken, since the keys under it have no home; otherwise the next header or
// key.
func resume(src []byte, from, at int) (int, bool) {
	broken := from < len(src) && src[from] == '['
	line := max(lineStart(src, at), lineEnd(src, from))
	for ; line < len(src); line = lineEnd(src, line) {
		rest := bytes.TrimLeft(src[line:lineEnd(src, line)], " \t")
		if isHeader(rest) || !broken && isKey(rest) {
			return line, true
		}
	}
	return 0, false
}

func isHeader(line []byte) bool {
	name := bytes.TrimLeft(line, "[")
	return len(name) < len(line) && len(name) > 0 && isBareByte(name[0]) && bytes.IndexByte(name, ']') > 0
}

func isKey(line []byte) bool {
	i := bytes.IndexByte(line, '=')
	return i > 0 && strings.Trim(string(bytes.TrimSpace(line[:i])), bareBytes+".") == ""
}
