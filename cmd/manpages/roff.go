package main

import (
	"bytes"
	"fmt"
	"strings"
)

// page is one page in the language of troff, with the macros of man(7).
type page struct{ text bytes.Buffer }

// heading opens a page. The date is that of its contents, or empty.
func (p *page) heading(name string, section int, date string) {
	fmt.Fprintf(&p.text, ".TH %s %d %q wnotify \"wnotify manual\"\n.nh\n.ad l\n", escape(strings.ToUpper(name)), section, date)
}

func (p *page) section(title string) { fmt.Fprintf(&p.text, ".SH %s\n", escape(title)) }

// line writes text as it is, escaped; font is B, I or R.
func (p *page) line(font, text string) { fmt.Fprintf(&p.text, `\f%s%s\fR`+"\n", font, escape(text)) }

// name is the line that whatis(1) and apropos(1) read.
func (p *page) name(name, about string) {
	p.section("NAME")
	fmt.Fprintf(&p.text, "%s \\- %s\n", escape(name), escape(about))
}

// prose writes paragraphs; one with lines that are indented stands as it is.
func (p *page) prose(text string) {
	for i, paragraph := range strings.Split(strings.TrimSpace(text), "\n\n") {
		if i > 0 {
			p.text.WriteString(".PP\n")
		}
		if strings.Contains("\n"+paragraph, "\n ") {
			p.literal(paragraph)
			continue
		}
		for line := range strings.Lines(paragraph) {
			p.text.WriteString(escape(strings.TrimSuffix(line, "\n")) + "\n")
		}
	}
}

// literal writes lines as they stand.
func (p *page) literal(text string) {
	p.text.WriteString(".EX\n")
	for line := range strings.Lines(strings.Trim(text, "\n")) {
		p.text.WriteString(escape(strings.TrimSuffix(line, "\n")) + "\n")
	}
	p.text.WriteString(".EE\n")
}

// item writes a term, with a value or without, and what it means.
func (p *page) item(term, value, about string) {
	p.text.WriteString(".TP\n\\fB" + escape(term) + "\\fR")
	if value != "" {
		p.text.WriteString(" \\fI" + escape(value) + "\\fR")
	}
	p.text.WriteString("\n" + escape(about) + "\n")
}

// see refers to other pages.
func (p *page) see(pages []string) {
	p.section("SEE ALSO")
	for i, name := range pages {
		comma := ","
		if i == len(pages)-1 {
			comma = ""
		}
		base, section, _ := strings.Cut(name, ".")
		fmt.Fprintf(&p.text, ".BR \\%%%s (%s)%s\n", escape(base), section, comma)
	}
}

// escape keeps troff from reading a line as anything but text: a hyphen stays
// the one that can be pasted, a point or a quote at the beginning no request.
func escape(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "~", `\(ti`, "^", `\(ha`, "`", `\(ga`, "'", `\(aq`, `"`, `\(dq`).Replace(text)
	if strings.HasPrefix(text, ".") {
		return `\&` + text
	}
	return text
}
