package event

import (
	"bytes"
	"encoding/json"
)

// fields are decoded details, to be read for a text. What is forwarded is never
// made of them.
type fields map[string]any

func decode(details []byte) fields {
	d := json.NewDecoder(bytes.NewReader(details))
	d.UseNumber() // a number is shown as it was written
	var f fields
	if d.Decode(&f) != nil {
		return nil
	}
	return f
}

// at returns an object within, or nil.
func (f fields) at(name string) fields {
	object, ok := f[name].(map[string]any)
	if !ok {
		return nil
	}
	return object
}

// str returns a string or number as text, and everything else, null included, as
// "": published texts leave empty what is null.
func (f fields) str(name string) string {
	switch v := f[name].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// strs returns the texts of an array.
func (f fields) strs(name string) []string {
	list, _ := f[name].([]any)
	out := make([]string, 0, len(list))
	for _, v := range list {
		out = append(out, fields{"": v}.str(""))
	}
	return out
}
