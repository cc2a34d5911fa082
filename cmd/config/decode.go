package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/wnotify/wnotify/dispatch/trigger"
)

// The tables that hold what has a name.
const (
	integrationWhat = "integration"
	triggerWhat     = "trigger"
)

// Version is the version of the file's format.
const Version = 1

// Decode reads a configuration. Path names it in messages, and relative paths
// in it start at its folder; nothing is opened. The error is an
// [*InvalidError] with every problem there is.
func Decode(src []byte, path string) (*File, error) {
	root, faults := parse(src)
	r := &reader{path: path, dir: filepath.Dir(path), places: newPlaces(src), partial: len(faults) > 0}
	for _, f := range faults {
		r.problem(f.at, Problem{Key: f.key, Message: f.message, Hint: f.hint})
	}
	f := &File{Path: path, Text: src}
	f.decode(value{root, r, ""})
	wrong, doubtful := r.sorted()
	if len(wrong) > 0 {
		return nil, &InvalidError{wrong}
	}
	f.Warnings = doubtful
	return f, nil
}

// decode takes the tables. Defaults come before integrations, and those before
// the triggers that name them, whatever their order in the file.
func (f *File) decode(v value) {
	f.setDefaults()
	v.read(f.fields())
	if n := v.member("defaults"); n != nil {
		f.defaults.value = v.sub("defaults", n)
		f.defaults.value.read(f.defaults.defaultFields())
	}
	f.each(v, integrationWhat, f.integration)
	f.each(v, triggerWhat, f.trigger)
}

// version is checked and forgotten; a file without one has the first.
func version(v value) {
	if v.kind == whole && v.whole > Version {
		v.refusef("install a newer wnotify", "is %d; this wnotify reads version %d", v.whole, Version)
		return
	}
	var first int64
	wholeOf(&first, 1, Version)(v)
}

// each reads the tables [what.NAME], with names as integrations have them.
func (f *File) each(v value, what string, read func(v value, name string)) {
	n := v.member(what)
	if n == nil {
		return
	}
	all := v.sub(what, n)
	if n.kind == list {
		all.refusef("write ["+what+".NAME]", "each %s has a table with its name", what)
		return
	}
	if !all.is(table) {
		return
	}
	for _, m := range n.members {
		sub := all.sub(m.name, m.node)
		if err := CheckName(m.name); err != nil {
			v.in.problem(m.at, Problem{Key: sub.key, Message: err.Error(), Hint: nameHint})
			continue
		}
		if m.node.kind != table {
			sub.refusef(fmt.Sprintf("write [%s.%s]", what, m.name), "must be a table, not %s", m.node.kind)
			continue
		}
		read(sub, m.name)
	}
}

func (f *File) integration(v value, name string) {
	i := f.defaults.inherit(name, v)
	v.read(i.fields())
	i.finish()
	f.read[name] = i
	v.in.integrations = append(v.in.integrations, name)
	f.settings.Integrations = append(f.settings.Integrations, i.Integration)
}

func (f *File) trigger(v value, name string) {
	rule := readTrigger(v, name, f.Has)
	f.settings.Triggers = append(f.settings.Triggers, rule)
}

// Has reports whether there is an integration of that name.
func (f *File) Has(name string) bool {
	_, ok := f.read[name]
	return ok
}

// Trigger returns the trigger of a name.
func (f *File) Trigger(name string) (trigger.Rule, bool) {
	for _, t := range f.settings.Triggers {
		if t.Name == name {
			return t, true
		}
	}
	return trigger.Rule{}, false
}

const nameHint = "A-Z a-z 0-9 _ . - are allowed, at most 63, the first a letter or digit"

// CheckName refuses what cannot name an integration or a trigger.
func CheckName(name string) error {
	switch {
	case name == "":
		return errors.New("the name is empty")
	case len(name) > 63:
		return fmt.Errorf("the name has %d bytes", len(name))
	case strings.Trim(name, bareBytes+".") != "":
		return fmt.Errorf("%s is not a name", cite(name))
	case strings.ContainsAny(name[:1], "_.-"):
		return errors.New("the name begins with a mark")
	}
	return nil
}
