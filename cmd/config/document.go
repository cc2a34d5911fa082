package config

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Document is a configuration while a command changes it. Every change is made
// twice, in the bytes and in the tree of values; in the end both must agree.
type Document struct {
	file  *File // what text says
	text  []byte
	model *node
	paste []string // what to type where the file cannot be written
}

// HandError is an edit that wnotify leaves to a person, because the file uses
// a form that it does not take apart.
type HandError struct {
	Path   string
	Line   int
	Key    string
	Reason string
	Paste  string // the TOML to paste, or what to do in words behind #
}

// Error says where to edit and why.
func (e *HandError) Error() string {
	return fmt.Sprintf("%s:%d: %s: edit this by hand: %s", e.Path, e.Line, e.Key, e.Reason)
}

// Apply makes a change to the text of a configuration and returns the new
// text. Path names it in messages. Nothing is read or written. Errors are
// those of fn, *InvalidError when the text is wrong before or after the change,
// and *HandError.
func Apply(src []byte, path string, fn func(*Document) error) ([]byte, error) {
	d, err := newDocument(src, path)
	if err != nil {
		return nil, err
	}
	err = fn(d)
	if hand, ok := errors.AsType[*HandError](err); ok {
		hand.Paste = strings.Join(d.paste, "\n") + "\n"
	}
	if err != nil {
		return nil, err
	}
	return d.text, nil
}

func newDocument(src []byte, path string) (*Document, error) {
	f, err := Decode(src, path)
	if err != nil {
		return nil, err
	}
	model, _ := parse(src)
	return &Document{file: f, text: src, model: model}, nil
}

// File is the configuration as it is with the changes made so far.
func (d *Document) File() *File { return d.file }

// verify compares the meaning of the new text with what was meant, by a
// decoder that knows nothing of the editing, and reads the new text as the
// configuration it is now. Path is what was changed.
func (d *Document) verify(path []string) error {
	var got map[string]any
	err := toml.Unmarshal(bytes.TrimPrefix(d.text, []byte(bom)), &got)
	if err != nil || !reflect.DeepEqual(got, d.model.plainTable()) {
		return d.byHand(path, "the change would have changed something else as well")
	}
	f, err := Decode(d.text, d.file.Path)
	if invalid, ok := errors.AsType[*InvalidError](err); ok {
		return &InvalidError{unplaced(invalid.Problems)}
	}
	d.file = f
	return err
}

// unplaced takes the places from problems of a text that nobody will see.
func unplaced(problems []Problem) []Problem {
	problems = slices.Clone(problems)
	for i := range problems {
		problems[i].Path, problems[i].Line, problems[i].Column = "", 0, 0
	}
	return problems
}

// plainTable is the table as go-toml decodes it.
func (n *node) plainTable() map[string]any {
	out := map[string]any{}
	for _, m := range n.members {
		out[m.name] = m.node.plainValue()
	}
	return out
}

func (n *node) plainValue() any {
	switch n.kind {
	case table:
		return n.plainTable()
	case list:
		out := make([]any, len(n.items))
		for i, item := range n.items {
			out[i] = item.plainValue()
		}
		return out
	case whole:
		return n.whole
	case fraction:
		return n.fraction
	case truth:
		return n.truth
	default:
		return n.text
	}
}

// change applies replacements to the bytes.
func (d *Document) change(edits ...splice) { d.text = apply(d.text, edits...) }

// layout is where things stand now. The text was decoded before, and every
// change leaves it valid, or verify finds it.
func (d *Document) layout() *layout {
	l, _ := layoutOf(d.text)
	return l
}

// byHand refuses the edit of a key. The line is that of the key in the file as
// it was, or of the nearest table around it.
func (d *Document) byHand(path []string, format string, args ...any) error {
	e := &HandError{Path: d.file.Path, Line: 1, Key: Dotted(path...), Reason: fmt.Sprintf(format, args...)}
	for ; len(path) > 0; path = path[:len(path)-1] {
		if line := d.file.Line(path...); line > 0 {
			e.Line = line
			break
		}
	}
	return e
}
