package intake

import (
	"path/filepath"
	"testing"
)

func TestFrom(t *testing.T) {
	for _, c := range []struct {
		name, content, appended, want string
		from                          From
	}{
		{"the cursor, without one", "{\"n\":1}\n{\"n\":2}\n", "", "{\"n\":1}\n{\"n\":2}\n", FromCursor},
		{"the start", "{\"n\":1}\n{\"n\":2}\n", "", "{\"n\":1}\n{\"n\":2}\n", FromStart},
		{"the end", "{\"n\":1}\n{\"n\":2}\n", "", "", FromEnd},
		{"the end of nothing", "", "{}", "{}\n", FromEnd},
		{"the end, then more", "{\"n\":1}\n{\"n\":2}", "\n{\"n\":3}\n", "{\"n\":3}\n", FromEnd},
		{"the end inside a line", "{\"n\":1}\n [{\"n\":2", "}]\n{\"n\":3}\n", "{\"n\":2}\n{\"n\":3}\n", FromEnd},
		{"the end inside a line with a byte order mark", "{\"n\":1}\n\ufeff{\"n\":2", "}\n", "{\"n\":2}\n", FromEnd},
		{"the end of an open array", "[{\"n\":1},\n{\"n\":2},\n", "{\"n\":3},\n{\"n\":4}]{}", "{\"n\":3}\n{\"n\":4}\n{}\n", FromEnd},
		{"the end behind an element", "[{\"n\":1}\n,{\"n\":2}\n", ",{\"n\":3}\n]", "{\"n\":3}\n", FromEnd},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events")
			write(t, path, c.content)
			d := new(desk)
			if c.from == FromEnd {
				r := started(t, path, c.from)
				d.put(t, r, r.Start().Point)
				appendTo(t, path, c.appended)
				c.from = FromCursor
			}
			items, _ := d.take(t, path, -1, Options{From: c.from})
			got := show(items)
			if got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func started(t *testing.T, path string, from From) *Reader {
	r := open(t, path, Options{From: from})
	r.Start()
	return r
}

func TestFromStartForgetsTheCursor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	write(t, path, "{\"n\":1}\n{\"n\":2}\n")
	d := new(desk)
	for _, o := range []Options{{}, {From: FromStart}, {From: FromStart}} {
		if items, _ := d.take(t, path, -1, o); len(items) != 2 {
			t.Errorf("%+v: %s", o, show(items))
		}
	}
	if items, _ := d.take(t, path, -1, Options{}); len(items) != 0 {
		t.Error(show(items))
	}
}

func TestEndOfACompressedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	first := gz(t, "{\"n\":1}\n{\"n\":2}\n")
	write(t, path, first)
	r := started(t, path, FromEnd)
	if start := r.Start(); start.Offset != 16 {
		t.Fatalf("%+v", start)
	}
	d := new(desk)
	d.put(t, r, r.Start().Point)
	appendTo(t, path, gz(t, "{\"n\":3}\n"))
	if items, _ := d.take(t, path, -1, Options{}); show(items) != "{\"n\":3}\n" {
		t.Error(show(items))
	}
}

// Incomplete JSON at the end of a file stays there, unless it is final.
func TestTail(t *testing.T) {
	for _, c := range []struct {
		content string
		tail    Tail
		final   string
	}{
		{"{}\n", Tail{}, "{}\n"},
		{"{}\n{\"a\":", Tail{Offset: 3, Line: 2, Size: 5}, "{}\nthe input ends inside a value <{\"a\":>\n"},
		{"{}\n12", Tail{Offset: 3, Line: 2, Size: 2}, "{}\nnot an event: an event is a JSON object, not a number <12>\n"},
		{"{}\ntrue", Tail{Offset: 3, Line: 2, Size: 4}, "{}\nnot an event: an event is a JSON object, not true or false <true>\n"},
		{"[{}\n,", Tail{Offset: 5, Line: 2, Array: true}, "{}\nthe input ends inside an array: its ] is missing <>\n"},
		{"{}\n\xef\xbb", Tail{Offset: 3, Line: 2, Size: 2}, "{}\ninvalid JSON: \"\\xef\" is not JSON (byte 3) <\xef\xbb>\n"},
		{"\xef\xbb", Tail{Line: 1, Size: 2}, "invalid JSON: \"\\xef\" is not JSON (byte 0) <\xef\xbb>\n"},
	} {
		path := filepath.Join(t.TempDir(), "events")
		write(t, path, c.content)
		d := new(desk)
		_, r := d.take(t, path, -1, Options{})
		if tail, ok := r.Tail(); ok != (c.tail != Tail{}) || tail != c.tail {
			t.Errorf("%q: %+v, want %+v", c.content, tail, c.tail)
		}
		if got := show(collect(t, open(t, path, Options{Final: true}))); got != c.final {
			t.Errorf("%q: %s", c.content, got)
		}
		d.take(t, path, -1, Options{Final: true})
		again, r := d.take(t, path, -1, Options{Final: true})
		if tail, ok := r.Tail(); len(again) > 0 || ok {
			t.Errorf("%q again:\n%s%+v", c.content, show(again), tail)
		}
	}
}
