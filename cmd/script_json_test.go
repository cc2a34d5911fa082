package cmd

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// jsonAt looks into the last line of a file: what is at a path, and whether it
// is as expected. Without an operator it must only be there.
func jsonAt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 && len(args) != 4 {
		ts.Fatalf("usage: json stdout|stderr|FILE PATH [=|>|has|lacks VALUE]")
	}
	text := strings.TrimRight(ts.ReadFile(args[0]), "\n")
	var document any
	if json.Unmarshal([]byte(text), &document) != nil {
		ts.Check(json.Unmarshal([]byte(text[strings.LastIndexByte(text, '\n')+1:]), &document))
	}
	value, found := at(document, args[1])
	ok := found
	if len(args) == 4 {
		ok = found && holds(ts, value, args[2], args[3])
	}
	if ok == neg {
		ts.Fatalf("%s is %s", args[1], shown(value, found))
	}
}

func holds(ts *testscript.TestScript, value any, operator, want string) bool {
	got := shown(value, true)
	switch operator {
	case "=":
		return got == want
	case ">":
		return value.(float64) > float64(number(ts, want))
	case "has":
		return strings.Contains(got, want)
	case "lacks":
		return !strings.Contains(got, want)
	}
	ts.Fatalf("unknown operator %s", operator)
	return false
}

// shown is a value as a script writes it: texts without quotes.
func shown(value any, found bool) string {
	if text, ok := value.(string); ok {
		return text
	}
	if !found {
		return "not there"
	}
	b, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(b)
}

// at follows a path like .items[0].name; .items.# is the length of a list, and
// [name=siem] the first element that has such a member.
func at(value any, path string) (any, bool) {
	for step := range steps(path) {
		switch v := value.(type) {
		case map[string]any:
			next, ok := v[step]
			if !ok {
				return nil, false
			}
			value = next
		case []any:
			next, ok := element(v, step)
			if !ok {
				return nil, false
			}
			value = next
		default:
			return nil, false
		}
	}
	return value, true
}

// steps takes a path apart; a dot inside brackets is part of a name.
func steps(path string) iter.Seq[string] {
	inside := false
	return strings.FieldsFuncSeq(path, func(r rune) bool {
		inside = r == '[' || inside && r != ']'
		return r == '[' || r == ']' || r == '.' && !inside
	})
}

func element(list []any, step string) (any, bool) {
	if step == "#" {
		return float64(len(list)), true
	}
	if key, want, ok := strings.Cut(step, "="); ok {
		for _, e := range list {
			if m, ok := e.(map[string]any); ok && shown(m[key], true) == want {
				return e, true
			}
		}
		return nil, false
	}
	i, err := strconv.Atoi(step)
	if err != nil || i < 0 || i >= len(list) {
		return nil, false
	}
	return list[i], true
}

func TestJSONPath(t *testing.T) {
	var document any
	if err := json.Unmarshal([]byte(`{"items":[{"name":"a","n":1},{"name":"b.c","n":2.5}],"x":null}`), &document); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		".items[0].name": "a", ".items.#": "2", ".items[name=b.c].n": "2.5", ".x": "null",
		".items[2]": "not there", ".y": "not there", ".items[0].name.z": "not there", ".": shown(document, true),
	} {
		value, found := at(document, path)
		if got := shown(value, found); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}
