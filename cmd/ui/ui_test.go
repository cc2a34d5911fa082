package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// screen is a stream into a buffer, as a terminal of a width or as a pipe.
func screen(b *bytes.Buffer, terminal bool, width int) *Stream {
	return &Stream{w: b, Terminal: terminal, Width: width, Unicode: true}
}

func TestTable(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	table := Table{Columns: []Column{{Title: "NAME"}, {Title: "QUEUED", Right: true}, {Title: "OLDEST"}, {Title: "ERROR", Least: 8}}}
	table.Row(Word("siem"), Number(12345), Moment(now.Add(-200*time.Second), now), Word("connection refused by fluentd.example.com"))
	table.Row(Word("soc"), Number(0), Moment(time.Time{}, now), Word("line\nbreak\x1b[31m\ttab"))
	for name, tt := range map[string]struct {
		terminal bool
		width    int
		want     string
	}{
		"wide": {true, 100, `NAME  QUEUED  OLDEST     ERROR
siem  12,345  3m20s ago  connection refused by fluentd.example.com
soc        0             line\nbreak\x1b[31m\ttab
`},
		"narrow": {true, 40, `NAME  QUEUED  OLDEST     ERROR
siem  12,345  3m20s ago  connection ref…
soc        0             line\nbreak\x1…
`},
		"pipe": {false, 80, "siem\t12345\t2026-11-21T11:56:40Z\tconnection refused by fluentd.example.com\n" +
			"soc\t0\t\tline\\nbreak\\x1b[31m\\ttab\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			table.Print(screen(&b, tt.terminal, tt.width))
			if got := b.String(); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

func TestTableFitsWhereItsColumnsMayBeCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(30, 120).Draw(t, "width")
		table := Table{Columns: []Column{{Title: "A", Least: 4}, {Title: "B", Least: 4, Wrap: true}, {Title: "C", Least: 4, Right: true}}}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			table.Row(Word(rapid.String().Draw(t, "a")), Word(rapid.String().Draw(t, "b")), Word(rapid.String().Draw(t, "c")))
		}
		var b bytes.Buffer
		table.Print(screen(&b, true, width))
		for line := range strings.Lines(b.String()) {
			line = strings.TrimSuffix(line, "\n")
			if strings.ContainsFunc(line, hostile) {
				t.Fatalf("a control character survived: %q", line)
			}
			if n := columns(line); n > width {
				t.Fatalf("%d columns, want at most %d: %q", n, width, line)
			}
		}
	})
}

func TestWrappedCellsKeepTheirWords(t *testing.T) {
	table := Table{Columns: []Column{{Title: "TYPE"}, {Title: "WHAT", Least: 10, Wrap: true}}}
	table.Row(Word("hits"), Word("malicious requests, except experimental ones"))
	table.Row(Word("system"), Word("averyveryverylongwordindeed x"))
	want := `TYPE    WHAT
hits    malicious requests,
        except experimental ones
system  averyveryverylongwordin…
        x
`
	for range 2 { // printing changes nothing
		var b bytes.Buffer
		table.Print(screen(&b, true, 32))
		if got := b.String(); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}

func TestJSONIsOneObjectWithItsSchemaFirst(t *testing.T) {
	for name, tt := range map[string]struct {
		v    any
		want string
	}{
		"object": {struct {
			Name string       `json:"name"`
			Took Milliseconds `json:"took"`
		}{"a<b>&c", Milliseconds(1500 * time.Millisecond)}, `{"schema":1,"name":"a<b>&c","took":1500}` + "\n"},
		"empty": {struct{}{}, `{"schema":1}` + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := JSON(screen(&b, false, 80), tt.v); err != nil {
				t.Fatal(err)
			}
			if b.String() != tt.want {
				t.Errorf("got %s want %s", b.String(), tt.want)
			}
		})
	}
	var b bytes.Buffer
	if err := Items[string](screen(&b, true, 80), nil); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != "{\n  \"schema\": 1,\n  \"items\": []\n}\n" {
		t.Errorf("an empty list on a terminal: %q", got)
	}
	if err := JSON(screen(&b, false, 80), []int{1}); err == nil {
		t.Error("a list by itself was printed")
	}
	if !json.Valid(b.Bytes()) {
		t.Error("something was printed beside the error")
	}
}

func TestHumanForms(t *testing.T) {
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ got, want string }{
		{Duration(-time.Second), "0s"},
		{Duration(time.Microsecond), "1ms"},
		{Duration(38 * time.Millisecond), "38ms"},
		{Duration(59999 * time.Millisecond), "59s"},
		{Duration(130 * time.Second), "2m10s"},
		{Duration(3*time.Hour + 59*time.Second), "3h"},
		{Duration(108 * time.Hour), "4d12h"},
		{When(now.Add(-90*time.Minute), now), "1h30m ago"},
		{When(now.Add(5*time.Second), now), "in 5s"},
		{When(now.Add(500*time.Millisecond), now), "now"},
		{Count(1234567), "1,234,567"},
		{Bytes(0), "0 B"},
		{Bytes(1_258_291), "1.2 MiB"},
		{Percent(599, 1000), "59%"},
		{Percent(0, 0), "0%"},
		{Plural(1, "event"), "1 event"},
		{Plural(0, "event"), "0 events"},
		{Plural(3, "query"), "3 queries"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestPictures(t *testing.T) {
	plain, fancy := &Stream{}, &Stream{Unicode: true}
	for _, tt := range []struct{ got, want string }{
		{fancy.Sparkline([]int64{0, 1, 4, 8}), "·▂▅█"},
		{plain.Sparkline([]int64{0, 1, 4, 8}), "_.=#"},
		{fancy.Sparkline([]int64{1, math.MaxInt64}), "▁█"},
		{fancy.Sparkline([]int64{0, 0}), "··"},
		{fancy.Sparkline(nil), ""},
		{fancy.Bar(0.5, 0, 10), "[████░░░░]"},
		{plain.Bar(0.25, 0.6, 12), "[###...|...]"},
		{plain.Bar(7, 0.6, 7), "[###|#]"},
		{plain.Bar(0, 1, 5), "[...]"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}

func TestColour(t *testing.T) {
	for name, tt := range map[string]struct {
		mode     ColorMode
		terminal bool
		env      map[string]string
		want     bool
	}{
		"a terminal":             {ColorAuto, true, nil, true},
		"a pipe":                 {ColorAuto, false, nil, false},
		"always":                 {ColorAlways, false, map[string]string{"NO_COLOR": "1"}, true},
		"never":                  {ColorNever, true, map[string]string{"CLICOLOR_FORCE": "1"}, false},
		"NO_COLOR":               {ColorAuto, true, map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, false},
		"empty NO_COLOR":         {ColorAuto, true, map[string]string{"NO_COLOR": ""}, true},
		"our own":                {ColorAuto, true, map[string]string{"WNOTIFY_NO_COLOR": "1"}, false},
		"forced":                 {ColorAuto, false, map[string]string{"CLICOLOR_FORCE": "1", "CLICOLOR": "0", "TERM": "dumb"}, true},
		"CLICOLOR=0":             {ColorAuto, true, map[string]string{"CLICOLOR": "0"}, false},
		"a dumb terminal":        {ColorAuto, true, map[string]string{"TERM": "dumb"}, false},
		"CLICOLOR_FORCE=0 means": {ColorAuto, false, map[string]string{"CLICOLOR_FORCE": "0"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := &Stream{Terminal: tt.terminal}
			s.SetColor(tt.mode, func(n string) string { return tt.env[n] })
			if s.Color != tt.want {
				t.Errorf("got %v", s.Color)
			}
			if painted := s.Paint(Bad, "x") != "x"; painted != tt.want {
				t.Errorf("painted %v", painted)
			}
		})
	}
}

func TestStreamRemembersItsFirstError(t *testing.T) {
	full := errors.New("no space left")
	s := NewStream(failing{full}, func(string) string { return "" })
	(&Table{}).Print(s) // nothing to print is no error
	var table Table
	table.Columns = []Column{{Title: "A"}}
	table.Row(Word("x"))
	table.Print(s)
	var write *WriteError
	if err := s.Err(); !errors.As(err, &write) || !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return 0, f.err
}
