package config

import (
	"strconv"
	"strings"
)

// Problem is something wrong, or doubtful, in the configuration.
type Problem struct {
	Path    string // of the file; empty for a flag
	Line    int    // from 1; 0 when there is no place
	Column  int    // in characters, from 1
	Key     string // dotted, as integration.siem.url; or a flag, as --url
	Message string // what is wrong; never shows what may be a secret
	Hint    string // what to do, or empty
	Warning bool   // legal, but likely not what was meant
	Err     error  // of CheckFiles: why a file cannot be used; wraps fs.ErrNotExist, *PermissionError, …
}

// String is "path:line:column: key: message (hint)", without what is not there.
func (p Problem) String() string {
	var b strings.Builder
	if p.Path != "" {
		b.WriteString(p.Path)
		b.WriteByte(':')
	}
	if p.Line > 0 {
		b.WriteString(strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column) + ":")
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString(" (" + p.Hint + ")")
	}
	return b.String()
}

// Of tells whether a problem is about an integration, and about which of its
// keys: "" for the whole, or as headers.X-Team.
func (p Problem) Of(integration string) (key string, ok bool) {
	rest, ok := strings.CutPrefix(p.Key, Dotted("integration", integration))
	if !ok || rest != "" && rest[0] != '.' {
		return "", false
	}
	return strings.TrimPrefix(rest, "."), true
}

// InvalidError is a configuration, or the flags of a command that changes it,
// with everything that is wrong with it, in the order of the file.
type InvalidError struct{ Problems []Problem }

// Error is one line for each problem.
func (e *InvalidError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
