package config

import (
	"path/filepath"

	"github.com/wnotify/wnotify/dispatch/spelling"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

// Compare says what [Document.Add] (whole) or [Document.Set] would change, and
// whether the integration or trigger exists. Settings that are wrong are an
// [*InvalidError] whose keys are the flags.
func (f *File) Compare(draft *Draft, whole bool) ([]Change, bool, error) {
	return f.compare(draft, whole)
}

func (f *File) compare(draft *Draft, whole bool) ([]Change, bool, error) {
	r := &reader{flags: true, dir: filepath.Dir(f.Path)}
	for _, i := range f.settings.Integrations {
		r.integrations = append(r.integrations, i.Name)
	}
	if err := CheckName(draft.Name); err != nil {
		return nil, false, &InvalidError{[]Problem{{Key: "NAME", Message: err.Error(), Hint: nameHint}}}
	}
	r.problems = append(r.problems, draft.problems...)
	merged := draft.set
	if base := f.tree().find(draft.path()...); base != nil && !whole {
		merged = draft.over(base)
	}
	var old, now []Setting
	var exists bool
	v := value{merged, r, ""}
	if draft.what == triggerWhat {
		var was trigger.Rule
		if was, exists = f.Trigger(draft.Name); exists {
			old = describeTrigger(was)
		}
		now = describeTrigger(readTrigger(v, draft.Name, f.Has))
	} else {
		var was integration
		if was, exists = f.read[draft.Name]; exists {
			old = was.settings()
		}
		i := f.defaults.inherit(draft.Name, v)
		v.read(i.fields())
		i.finish()
		now = i.settings()
	}
	if !exists && !whole {
		return nil, false, nil
	}
	if wrong, _ := r.sorted(); len(wrong) > 0 {
		return nil, exists, &InvalidError{wrong}
	}
	return differences(old, now), exists, nil
}

// unknown is the error for a name that is not in the file.
func (f *File) unknown(what, name string) error {
	var known []string
	if n := f.tree().find(what); n != nil {
		for _, m := range n.members {
			known = append(known, m.name)
		}
	}
	return &UnknownError{what, name, spelling.Nearest(name, known)}
}
