package event

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// envelope writes a notification on one line: summary, description unless it is
// empty, details.
func envelope(summary, description string, details []byte) []byte {
	line := append(make([]byte, 0, len(details)+2*len(description)+128), '{')
	line = quote(append(line, `"summary":`...), summary)
	if description != "" {
		line = quote(append(line, `,"description":`...), description)
	}
	line = append(line, `,"details":`...)
	return append(append(line, details...), '}')
}

// compose writes a notification of a kind, with the texts that go with its
// details.
func compose(prefix string, k *Kind, details []byte) []byte {
	if k.text == nil {
		return envelope(prefix+k.Title, "", details)
	}
	f := decode(details)
	d := k.text(f)
	if d.title == "" {
		d.title = k.Title
	}
	return envelope(prefix+d.title, d.render(k.Type, f), details)
}

// field appends a member whose value is a string, after a comma if it is not the
// first.
func field(dst []byte, name, value string) []byte {
	if len(dst) > 0 && dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return quote(append(quote(dst, name), ':'), value)
}

// quote appends a JSON string. Bytes that are no UTF-8 become U+FFFD; <, > and &
// stay as they are, as in what Wallarm sends.
func quote(dst []byte, s string) []byte {
	if strings.IndexFunc(s, needsCare) >= 0 {
		return append(dst, encode(s)...)
	}
	return append(append(append(dst, '"'), s...), '"')
}

// needsCare reports whether a character cannot simply stand in a JSON string;
// what is not ASCII may be no UTF-8.
func needsCare(r rune) bool {
	return r < ' ' || r == '"' || r == '\\' || r >= utf8.RuneSelf
}

// encode writes a value of this package as JSON on one line.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		// Only values that JSON cannot express fail, and none here has one.
		panic(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
