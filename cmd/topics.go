package cmd

import (
	"embed"
	"fmt"
	"iter"
	"strings"

	"github.com/spf13/pflag"
)

// topics are the pages of `wnotify help TOPIC` that no table can write.
//
//go:embed topics/*.txt
var topics embed.FS

// topicNames lists the pages, in the order of help.
func topicNames() []string {
	return []string{"exit-codes", "environment", "config", "formats", "recipes"}
}

// topic returns a page. Where a table exists the page is made from it.
func topic(name string) string {
	text, err := topics.ReadFile("topics/" + name + ".txt")
	if err != nil {
		return "" // topicNames lists only what is embedded; a test checks it
	}
	page := string(text)
	page = strings.Replace(page, "{{exits}}\n", exitTable(), 1)
	return strings.Replace(page, "{{variables}}\n", variableTable(), 1)
}

// Topics yields the name and the text of every page of `wnotify help TOPIC`, in
// the order of help.
func Topics() iter.Seq2[string, string] {
	return func(yield func(name, text string) bool) {
		for _, name := range topicNames() {
			if !yield(name, topic(name)) {
				return
			}
		}
	}
}

// exitTable is the table of exit codes, for 80 columns.
func exitTable() string {
	var b strings.Builder
	for _, e := range exits {
		repeat := ""
		if e.Repeat != "" {
			repeat = " Repeat: " + e.Repeat + "."
		}
		fmt.Fprintf(&b, "  %3d  %s\n", e.Code, wrap(e.Meaning+"."+repeat, helpWidth-7, "       "))
	}
	return b.String()
}

// variableTable lists the variables of the global flags.
func variableTable() string {
	var (
		b strings.Builder
		g globals
		f pflag.FlagSet
	)
	g.register(&f)
	f.VisitAll(func(flag *pflag.Flag) {
		if flag.Name == "help" {
			return
		}
		value, usage := pflag.UnquoteUsage(flag)
		about := "--" + flag.Name + ": " + strings.TrimPrefix(usage, value+": ")
		fmt.Fprintf(&b, "  %-19s %s\n", variable(flag.Name), wrap(about, helpWidth-22, strings.Repeat(" ", 22)))
	})
	return b.String()
}

// reflow breaks the paragraphs of a text into lines that fit; one with lines
// that are indented is left as it is.
func reflow(text string) string {
	paragraphs := strings.Split(strings.TrimSpace(text), "\n\n")
	for i, p := range paragraphs {
		if !strings.Contains("\n"+p, "\n ") {
			paragraphs[i] = wrap(p, helpWidth, "")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// wrap breaks a text into lines of at most width columns; the second and later
// lines begin with indent.
func wrap(text string, width int, indent string) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		switch {
		case column == 0:
		case column+1+len(word) > width:
			b.WriteString("\n" + indent)
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += len(word)
	}
	return b.String()
}
