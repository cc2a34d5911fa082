package ui

import "fmt"

// ColorMode says when colours are used.
type ColorMode string

// The modes.
const (
	ColorAuto   ColorMode = "auto"
	ColorAlways ColorMode = "always"
	ColorNever  ColorMode = "never"
)

// ParseColorMode reads the name of a mode.
func ParseColorMode(s string) (ColorMode, error) {
	switch m := ColorMode(s); m {
	case ColorAuto, ColorAlways, ColorNever:
		return m, nil
	}
	return "", fmt.Errorf("unknown colour mode %q: auto, always or never", s)
}

// decide settles auto by the environment, the first that is set: NO_COLOR (and
// our own WNOTIFY_NO_COLOR), CLICOLOR_FORCE, CLICOLOR=0, TERM=dumb; else a
// terminal gets colours.
func (m ColorMode) decide(terminal bool, getenv func(string) string) bool {
	switch {
	case m == ColorAlways:
		return true
	case m == ColorNever, getenv("WNOTIFY_NO_COLOR") != "", getenv("NO_COLOR") != "":
		return false
	case getenv("CLICOLOR_FORCE") != "" && getenv("CLICOLOR_FORCE") != "0":
		return true
	case getenv("CLICOLOR") == "0", getenv("TERM") == "dumb":
		return false
	}
	return terminal
}

// SetColor decides anew whether the stream shows colours.
func (s *Stream) SetColor(m ColorMode, getenv func(string) string) {
	s.Color = m.decide(s.Terminal, getenv)
}

// Color is how a piece of text is set off.
type Color string

// The colours, by what they stand for.
const (
	Bold  Color = "1"
	Faint Color = "2"
	Bad   Color = "31" // red
	Good  Color = "32" // green
	Warn  Color = "33" // yellow
)

// Paint sets text off where the stream shows colours.
func (s *Stream) Paint(c Color, text string) string {
	if !s.Color || c == "" || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}
