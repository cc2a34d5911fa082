package config

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// places turns offsets into lines and columns.
type places struct {
	text  []byte
	lines []int // where each line begins
}

func newPlaces(text []byte) places {
	p := places{text: text, lines: []int{0}}
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return p
		}
		at += i + 1
		p.lines = append(p.lines, at)
	}
}

// of is the place of an offset: line and column from 1, the column in
// characters as editors count them. An offset outside has no place.
func (p places) of(offset int) (line, column int) {
	if offset < 0 || offset > len(p.text) || len(p.lines) == 0 {
		return 0, 0
	}
	line = sort.SearchInts(p.lines, offset+1)
	return line, utf8.RuneCount(p.text[p.lines[line-1]:offset]) + 1
}

// lineEnd is the offset after the line feed that ends the line of an offset,
// or the end of the text.
func lineEnd(text []byte, offset int) int {
	if i := bytes.IndexByte(text[offset:], '\n'); i >= 0 {
		return offset + i + 1
	}
	return len(text)
}

// lineStart is the offset of the first byte of the line of an offset.
func lineStart(text []byte, offset int) int {
	return bytes.LastIndexByte(text[:offset], '\n') + 1
}
