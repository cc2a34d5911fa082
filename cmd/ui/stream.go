// Package ui is how things look: streams and what they can show, tables, JSON,
// numbers and times for people, small pictures. It knows neither commands nor
// events, imports nothing of ours, and decides nothing but presentation. What
// carries meaning by colour also says it in words.
package ui

import (
	"io"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/term"
)

// DefaultWidth is assumed where a terminal does not tell its width, in columns.
const DefaultWidth = 80

// Stream is an output and what it can show. It may be written to by several
// goroutines, and it remembers its first write error, so that a command may
// print without looking at each line and still fails on a full disk.
type Stream struct {
	Terminal bool
	Color    bool
	Unicode  bool // characters outside ASCII may be shown
	Width    int  // columns; lines may be longer where Terminal is false

	mu  sync.Mutex
	w   io.Writer
	err error
}

// NewStream finds out what w can show; getenv reads the environment.
func NewStream(w io.Writer, getenv func(string) string) *Stream {
	s := &Stream{w: w, Width: DefaultWidth, Terminal: IsTerminal(w)}
	if s.Terminal {
		s.Width = width(w, getenv)
	}
	s.SetColor(ColorAuto, getenv)
	s.Unicode = speaksUTF8(getenv)
	return s
}

// Write writes p as a whole: lines of different writers do not mix.
func (s *Stream) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.w.Write(p)
	if err != nil {
		err = &WriteError{Err: err}
		if s.err == nil {
			s.err = err
		}
	}
	return n, err
}

// Err returns the first error of any write, or nil.
func (s *Stream) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// WriteError says that something could not be printed.
type WriteError struct{ Err error }

func (e *WriteError) Error() string { return "cannot print: " + e.Err.Error() }

// Unwrap returns what the system said.
func (e *WriteError) Unwrap() error { return e.Err }

// IsTerminal reports whether v, a reader or a writer, is a terminal.
func IsTerminal(v any) bool {
	f, ok := v.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}

func width(w io.Writer, getenv func(string) string) int {
	if n, err := strconv.Atoi(getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	if f, ok := w.(interface{ Fd() uintptr }); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
			return n
		}
	}
	return DefaultWidth
}

// speaksUTF8 follows the order in which the C library reads the locale. No
// locale at all is taken for UTF-8: that is a container or a service.
func speaksUTF8(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := getenv(name); v != "" {
			v = strings.ToUpper(v)
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	return true
}
