package config

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// bom is the byte order mark that some editors write; TOML lets it be ignored.
const bom = "\ufeff"

// fault is a problem of the TOML itself, before anybody asks what it means.
type fault struct {
	at            int
	key           string
	message, hint string
}

// parse reads TOML into a tree. With faults the tree holds what could be read:
// after a syntax error reading goes on where the next key or table begins.
func parse(src []byte) (*node, []fault) {
	b := builder{text: src, places: newPlaces(src), root: newTable(implied, 0)}
	b.here = b.root
	if at := invalidUTF8(src); at >= 0 {
		hint := "save the file as UTF-8"
		return b.root, []fault{{at: at, message: "this is not UTF-8 text", hint: hint}}
	}
	if strings.HasPrefix(string(src[:min(len(src), len(bom))]), bom) {
		b.base = len(bom)
	}
	start := b.base
	var p unstable.Parser
	for {
		p.Reset(src[b.base:])
		end := b.base
		for p.NextExpression() {
			end = b.add(p.Expression())
		}
		if p.Error() == nil {
			break
		}
		next, ok := b.syntax(p.Error(), end)
		if !ok {
			break
		}
		b.base = next
	}
	if len(b.faults) == 0 {
		b.confirm(src[start:], start)
	}
	return b.root, b.faults
}

// confirm lets the decoder of go-toml have the last word.
func (b *builder) confirm(src []byte, base int) {
	var document map[string]any
	err := toml.Unmarshal(src, &document)
	if err == nil {
		return
	}
	f := fault{at: base, message: err.Error()}
	if d, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, column := d.Position()
		f.at = base + offsetOf(src, row, column)
		f.key = Dotted(d.Key()...)
	}
	f.message = strings.TrimPrefix(strings.TrimPrefix(f.message, "toml: "), "toml: ")
	b.faults = append(b.faults, f)
}

// offsetOf turns go-toml's line and column (bytes) into an offset.
func offsetOf(src []byte, row, column int) int {
	at := 0
	for ; row > 1; row-- {
		at = lineEnd(src, at)
	}
	return min(at+max(column-1, 0), len(src))
}

// invalidUTF8 is the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(src []byte) int {
	if utf8.Valid(src) {
		return -1
	}
	at := 0
	for at < len(src) {
		r, n := utf8.DecodeRune(src[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return at
}
