package ui

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		`<script>alert("x")</script>`: `&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;`,
		`" onload='x' a="`:            `&#34; onload=&#39;x&#39; a=&#34;`,
		"a\u202eb\x00":                `a\u202eb\x00`,
		"a\nb":                        "a\nb",
		"\xff":                        `\xff`,
		"&amp;":                       "&amp;amp;",
	} {
		if got := Escape(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// FuzzEscape: whatever it is, it stays a text, in an element and in an attribute.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"<b>", `"'`, "]]>", "<!--", "\x00\xff", "&#x3c;", "\u2028"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := Escape(s)
		if strings.ContainsAny(e, "<>\"'\x00") {
			t.Fatalf("%q became %q", s, e)
		}
		if texts := parse(t, `<a b="`+e+`">`+e+`</a>`); len(texts) > 0 && texts[0] == "" && s != "" {
			t.Fatalf("%q was lost", s)
		}
	})
}

// fataler is a test of either kind.
type fataler interface {
	Fatalf(format string, args ...any)
}

// parse checks that a text is XML and returns its elements' titles.
func parse(t fataler, text string) (titles []string) {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return titles
		}
		if err != nil {
			t.Fatalf("no XML: %v\n%s", err, text)
		}
		if s, ok := token.(xml.StartElement); ok && s.Name.Local == "script" {
			t.Fatalf("a script:\n%s", text)
		}
		if s, ok := token.(xml.CharData); ok {
			titles = append(titles, string(s))
		}
	}
}

func plain(v float64) string { return Count(int64(v)) }

// Whatever the numbers and names, a chart is well-formed and stays in its frame.
func TestChartsOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64Range(0, 1e12), rapid.Just(0.0), rapid.Just(math.NaN()))
		n := rapid.IntRange(0, 60).Draw(t, "labels")
		c := Chart{
			ID: "c1", Title: rapid.String().Draw(t, "title"), About: rapid.String().Draw(t, "about"), Unit: plain,
			Kind: Kind(rapid.IntRange(0, 1).Draw(t, "kind")), Limit: rapid.SampledFrom([]float64{0, 60}).Draw(t, "limit"),
		}
		for range n {
			c.Labels = append(c.Labels, rapid.String().Draw(t, "label"))
		}
		for range rapid.IntRange(0, 3).Draw(t, "series") {
			c.Series = append(c.Series, Series{rapid.String().Draw(t, "name"), "delivered", rapid.SliceOfN(value, n, n).Draw(t, "values")})
		}
		svg := c.SVG()
		parse(t, svg)
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") || strings.Contains(svg, `height="-`) {
			t.Fatalf("%s", svg)
		}
	})
}

func TestChartTellsWhatItShows(t *testing.T) {
	c := Chart{
		ID: "c1", Title: "Requests", About: "By hour.", Labels: []string{"10:00", "11:00"}, Unit: plain, Limit: 9,
		Series: []Series{{"delivered", "delivered", []float64{3, 0}}, {"failed", "failed", []float64{1, math.NaN()}}},
	}
	svg := c.SVG()
	for _, want := range []string{
		`role="img" aria-labelledby="c1-t c1-d"`, `<title id="c1-t">Requests</title>`, `<desc id="c1-d">By hour.</desc>`,
		"<title>10:00\ndelivered: 3\nfailed: 1</title>", "<title>11:00\ndelivered: 0</title>", ">limit 9</text>",
	} {
		if !strings.Contains(svg, want) {
			t.Errorf("it lacks %s:\n%s", want, svg)
		}
	}
	if n := strings.Count(svg, `<rect class="failed"`); n != 1 {
		t.Errorf("%d columns of failures", n)
	}
}

func TestAxis(t *testing.T) {
	for most, want := range map[float64]struct {
		most  float64
		ticks int
	}{
		0: {1, 5}, 1: {1, 5}, 3: {3, 4}, 7: {8, 5}, 10: {10, 5}, 11: {12.5, 6}, 100: {100, 5}, 1286: {1500, 4}, 999999: {1e6, 5},
	} {
		a := newAxis(most)
		if math.Abs(a.most-want.most) > 1e-9*want.most || len(a.ticks) != want.ticks {
			t.Errorf("%g: ends at %g with %v", most, a.most, a.ticks)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		most := rapid.Float64Range(1e-6, 1e15).Draw(t, "most")
		a := newAxis(most)
		if a.most < most*(1-1e-6) || a.most > most*2.01 || len(a.ticks) < 2 || len(a.ticks) > 6 {
			t.Fatalf("%g: ends at %g with %v", most, a.most, a.ticks)
		}
	})
}

func TestPageNeedsNothingButItself(t *testing.T) {
	var b bytes.Buffer
	if err := Page(&b, "</title><script>", "<p>body</p>\n"); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, bad := range []string{"<script", "http:", "https:", "@import", "url(", "src="} {
		if strings.Contains(page, bad) {
			t.Errorf("it has %q", bad)
		}
	}
	if !strings.Contains(page, "<p>body</p>") || !strings.Contains(page, "default-src 'none'") {
		t.Error(page)
	}
}

func TestFold(t *testing.T) {
	s := screen(nil, true, 30)
	if got := s.Fold("one two three four five six seven eight", 12, 4); got != "one two three four\n    five six seven eight" {
		t.Errorf("%q", got)
	}
	if got := s.Fold("word "+strings.Repeat("x", 40)+" word", 2, 2); got != "word\n  "+strings.Repeat("x", 40)+"\n  word" {
		t.Errorf("what cannot be broken became %q", got)
	}
	if got := s.Fit("abcdefghijklmnopqrstuvwxyz0123456789", 10); got != "abcdefghijklmnopqrs…" {
		t.Errorf("%q", got)
	}
	pipe := screen(nil, false, 30)
	if text := strings.Repeat("x ", 40); pipe.Fold(text, 2, 2) != text || pipe.Fit(text, 10) != text {
		t.Error("something was cut in a pipe")
	}
}
