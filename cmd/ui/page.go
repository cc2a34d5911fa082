package ui

import (
	_ "embed" // the style
	"html"
	"io"
	"strings"
)

//go:embed page.css
var pageStyle string

// Escape makes a text from anywhere safe inside an HTML element, an attribute
// in double quotes and SVG, and shows what would turn or hide it. Everything
// that a page says goes through here: html/template would add 2 MB.
func Escape(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = html.EscapeString(Clean(lines[i]))
	}
	return strings.Join(lines, "\n")
}

// Page writes an HTML page that needs nothing but itself: no scripts, no
// fonts, no address elsewhere; its policy forbids them. Body is HTML.
func Page(w io.Writer, title, body string) error {
	_, err := io.WriteString(w, `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>`+Escape(title)+`</title>
<style>
`+pageStyle+`</style>
</head>
<body>
`+body+`</body>
</html>
`)
	return err
}
