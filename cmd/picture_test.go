package cmd

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// styled is a line of a terminal: runs of text that look alike.
type styled []span

type span struct{ style, text string }

func (s styled) text() string {
	var b strings.Builder
	for _, run := range s {
		b.WriteString(run.text)
	}
	return strings.TrimRight(b.String(), " ")
}

func texts(lines []styled) []string {
	var list []string
	for _, line := range lines {
		list = append(list, line.text())
	}
	return list
}

var escapes = regexp.MustCompile("\x1b\\[([0-9;?]*)([A-Za-z])")

// styles are the codes of SGR that wnotify uses, and their classes in a picture.
var styles = map[string]string{"1": "b", "2": "f", "31": "r", "32": "g", "33": "y", "36": "c", "90": "f"}

// screen is what stands on a terminal after an output: lines that a progress
// display has taken back are gone.
func screen(output string) []styled {
	var lines []styled
	style := ""
	for line := range strings.Lines(strings.ReplaceAll(output, "\r\n", "\n")) {
		var now styled
		line = strings.TrimSuffix(line, "\n")
		for line != "" {
			at := escapes.FindStringSubmatchIndex(line)
			if at == nil {
				now = append(now, span{style, line})
				break
			}
			if at[0] > 0 {
				now = append(now, span{style, line[:at[0]]})
			}
			argument, verb := line[at[2]:at[3]], line[at[4]:at[5]]
			switch verb {
			case "m":
				style = styles[argument]
			case "A":
				n, _ := strconv.Atoi(argument)
				lines = lines[:max(0, len(lines)-n)]
			}
			line = line[at[1]:]
		}
		lines = append(lines, now)
	}
	return lines
}

// The measures of a picture, in its units: a character, a line, the border.
const (
	charWidth  = 8.4
	lineHeight = 18
	border     = 16
)

const pictureStyle = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
rect{fill:#f6f8fa;stroke:#d1d9e0}.b{font-weight:700}.f{fill:#59636e}.r{fill:#c21c2c}.g{fill:#116329}.y{fill:#7d4e00}.c{fill:#0a5d8c}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}rect{fill:#0d1117;stroke:#3d444d}.f{fill:#9198a1}.r{fill:#ff7b72}.g{fill:#56d364}.y{fill:#e3b341}.c{fill:#79c0ff}}`

// picture draws lines as SVG, in the colours that the reader prefers. Each run
// is stretched to its columns, whatever the font.
func picture(title string, lines []styled) []byte {
	var b bytes.Buffer
	width, height := 80*charWidth+2*border, len(lines)*lineHeight+2*border
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %d\" width=\"%.0f\" height=\"%d\" role=\"img\">\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n<style>\n%s\n</style>\n<rect x=\".5\" y=\".5\" width=\"%.0f\" height=\"%d\" rx=\"8\"/>\n", html.EscapeString(title), pictureStyle, width-1, height-1)
	for i, line := range lines {
		column := 0
		fmt.Fprintf(&b, "<text y=\"%d\">", border+i*lineHeight+14)
		for _, run := range line {
			n := utf8.RuneCountInString(run.text)
			class := ""
			if run.style != "" {
				class = fmt.Sprintf(" class=%q", run.style)
			}
			fmt.Fprintf(&b, "<tspan%s x=\"%.1f\" textLength=\"%.1f\">%s</tspan>", class, border+float64(column)*charWidth, float64(n)*charWidth, html.EscapeString(run.text))
			column += n
		}
		b.WriteString("</text>\n")
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// drawn are the lines of a picture.
func drawn(svg []byte) []string {
	var lines []string
	tag := regexp.MustCompile(`<[^>]*>`)
	for _, m := range regexp.MustCompile(`(?m)^<text [^>]*>(.*)</text>$`).FindAllSubmatch(svg, -1) {
		lines = append(lines, strings.TrimRight(html.UnescapeString(string(tag.ReplaceAll(m[1], nil))), " "))
	}
	return lines
}

func TestScreenOfProgress(t *testing.T) {
	lines := screen("\x1b[1m$ a <b\x1b[0m\r\nhalf\r\n\x1b[1A\x1b[Jdone \x1b[32mok\x1b[0m\r\n")
	if got := texts(lines); len(got) != 2 || got[0] != "$ a <b" || got[1] != "done ok" || lines[1][1].style != "g" {
		t.Errorf("%q", lines)
	}
	if got := drawn(picture("t", lines)); len(got) != 2 || got[0] != "$ a <b" {
		t.Errorf("%q", got)
	}
}
