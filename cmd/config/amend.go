package config

import (
	"fmt"
	"slices"
	"strings"
)

// ExistsError is an add of what is there already with other settings.
type ExistsError struct {
	What    string // integration or trigger
	Name    string
	Changes []Change // what would be different
}

// Error names the keys that differ.
func (e *ExistsError) Error() string {
	keys := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		keys[i] = c.Key
	}
	return fmt.Sprintf("%s %s exists already with other settings: %s", e.What, e.Name, strings.Join(keys, ", "))
}

// UnknownError is an integration or a trigger that is not in the file.
type UnknownError struct {
	What       string
	Name       string
	Suggestion string // the nearest name there is, or empty
}

// Error says which one was perhaps meant.
func (e *UnknownError) Error() string {
	s := fmt.Sprintf("there is no %s %s", e.What, cite(e.Name))
	if e.Suggestion != "" {
		s += "; did you mean " + e.Suggestion + "?"
	}
	return s
}

// Add writes a new integration or trigger at the end of the file. One that has
// these settings already is left alone; one that has others is an
// [*ExistsError]. Settings that are wrong are an [*InvalidError] whose keys are
// the flags.
func (d *Document) Add(draft *Draft) error {
	changes, exists, err := d.file.compare(draft, true)
	switch {
	case err != nil:
		return err
	case exists && len(changes) > 0:
		return &ExistsError{draft.what, draft.Name, changes}
	case exists:
		return nil
	}
	if d.layout().find([]string{draft.what}) != nil {
		d.pasteAll(draft)
		return d.byHand(draft.path(), "%s is one value, not tables with headers", draft.what)
	}
	lines := renderTable(draft.path(), draft.set, draft.order())
	d.addTable(lines)
	d.model.set(draft.path(), draft.set)
	d.paste = append(d.paste, lines...)
	return d.verify(draft.path())
}

// Set changes the keys of an integration or trigger that the draft has, and
// takes out those that it unsets. Keys that mean already what the draft says
// are left alone.
func (d *Document) Set(draft *Draft) error {
	changes, exists, err := d.file.compare(draft, false)
	switch {
	case err != nil:
		return err
	case !exists:
		return d.file.unknown(draft.what, draft.Name)
	}
	path := draft.path()
	leaves := slices.DeleteFunc(draft.leaves(d.model.find(path...)), func(l leaf) bool {
		return !slices.ContainsFunc(changes, func(c Change) bool { return c.touches(l.path) })
	})
	unsets := draft.unsets(d.model.find(path...))
	d.pasteSet(path, leaves, unsets)
	for _, key := range unsets {
		d.unset(append(slices.Clone(path), key...))
	}
	for _, l := range leaves {
		if err := d.set(append(slices.Clone(path), l.path...), l.node); err != nil {
			return err
		}
	}
	return d.verify(path)
}

// DeleteIntegration takes an integration out, with its sub-tables and the
// comment above it, and its name out of the triggers that use it.
func (d *Document) DeleteIntegration(name string) error {
	if !d.file.Has(name) {
		return d.file.unknown(integrationWhat, name)
	}
	for _, t := range d.file.TriggersOf(name) {
		path := []string{triggerWhat, t, "integrations"}
		left := &node{kind: list}
		for _, item := range d.model.find(path...).items {
			if item.text != name {
				left.items = append(left.items, item)
			}
		}
		d.paste = append(d.paste, fmt.Sprintf("# in [%s]: integrations = %s", Dotted(path[:2]...), render(left)))
		if err := d.set(path, left); err != nil {
			return err
		}
	}
	return d.delete(integrationWhat, name)
}

// DeleteTrigger takes a trigger out, with the comment above it.
func (d *Document) DeleteTrigger(name string) error {
	if _, ok := d.file.Trigger(name); !ok {
		return d.file.unknown(triggerWhat, name)
	}
	return d.delete(triggerWhat, name)
}

func (d *Document) delete(what, name string) error {
	path := []string{what, name}
	d.paste = append(d.paste, fmt.Sprintf("# delete [%s], from line %d of %s on", Dotted(path...), d.file.Line(path...), d.file.Path))
	d.unset(path)
	return d.verify(path)
}

// addTable puts a table at the end of the file, behind a blank line.
func (d *Document) addTable(lines []string) {
	at := len(d.text)
	if at > 0 && !blankLine(d.text, lineStart(d.text, max(at-1, 0))) {
		lines = append([]string{""}, lines...)
	}
	s := insertLines(d.text, at, lines...)
	if at > 0 && d.text[at-1] != '\n' {
		s.with += eol(d.text, at-1)
	}
	d.change(s)
}
