package cmd

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/wnotify/wnotify/cmd/ui"
)

// sampleReport has the same numbers for every text.
func sampleReport(text string) *reportData {
	l := latencies{ui.Milliseconds(20 * time.Millisecond), ui.Milliseconds(80 * time.Millisecond), ui.Milliseconds(time.Second)}
	i := reportItem{
		Name: text, Type: text, URL: text, State: text, words: text, Requests: 4, Failures: 1, Percent: 25, Limit: 60, Events: 9,
		Latency: l, Queued: 2, Oldest: noon, Dead: 1, Causes: []reportFail{{1, 503, text, noon}, {1, 0, text, noon}},
		Series: []reportPart{{Start: noon, Requests: 4, Failures: 1, Events: 9, Latency: l}, {Start: noon.Add(time.Hour)}},
	}
	idle := reportItem{Name: text, words: text}
	return &reportData{
		At: noon, Since: noon, Until: noon.Add(2 * time.Hour), Width: ui.Milliseconds(time.Hour), version: text, window: 12 * time.Hour,
		Items: []reportItem{i, idle},
	}
}

// elements counts the elements and attributes of a page, as a browser sees them.
func elements(t *testing.T, text string) (count map[string]int, said string) {
	t.Helper()
	var b bytes.Buffer
	if err := sampleReport(text).html(&b); err != nil {
		t.Fatal(err)
	}
	count = map[string]int{}
	var texts strings.Builder
	for z := html.NewTokenizer(&b); ; {
		if z.Next() == html.ErrorToken {
			if !errors.Is(z.Err(), io.EOF) {
				t.Fatal(z.Err())
			}
			return count, texts.String()
		}
		token := z.Token()
		if token.Type == html.TextToken {
			texts.WriteString(token.Data)
			continue
		}
		count[token.Type.String()+" "+strings.ToLower(token.Data)]++
		for _, a := range token.Attr {
			count["attribute "+a.Key]++
		}
	}
}

// Whatever a collector said and however things are called, it is text: the page
// has the same elements and attributes as with harmless words.
func TestHostileTextsStayTextsInThePage(t *testing.T) {
	want, _ := elements(t, "harmless")
	for _, text := range []string{
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='x`, `</title></svg></style>`, `<!--`, `]]>`,
		"&lt;script&gt;", "a\x00b", "\u202egnp", "<\xff>", `{{.}}`, "</table>",
	} {
		got, said := elements(t, text)
		if !maps.Equal(got, want) {
			t.Errorf("%q changes the page: %v, want %v", text, got, want)
		}
		if shown := ui.Clean(text); !strings.Contains(said, shown) {
			t.Errorf("%q is not shown", text)
		}
	}
}

func TestPageSaysEverythingAlsoInTables(t *testing.T) {
	count, said := elements(t, "siem")
	for element, n := range map[string]int{
		"StartTag svg": 4, "StartTag desc": 4, "StartTag table": 3, "StartTag caption": 3, "StartTag details": 1, "StartTag main": 1,
		"StartTag script": 0, "StartTag img": 0, "StartTag link": 0, "attribute href": 0, "attribute src": 0, "attribute style": 0,
	} {
		if count[element] != n {
			t.Errorf("%d × %s, want %d", count[element], element, n)
		}
	}
	for _, want := range []string{"HTTP 503: siem", "1 (25%)", "20ms", "limit 60%", "No request was made in this time."} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q", want)
		}
	}
}
