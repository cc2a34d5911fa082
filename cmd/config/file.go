package config

import (
	"slices"

	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
)

// File is a configuration file that was read and found right.
type File struct {
	Path     string // as it was named
	Text     []byte // as it stands on disk
	Store    Store
	Metrics  Metrics
	Warnings []Problem // legal, but likely not what was meant

	root     *node // use tree
	settings dispatch.Settings
	read     map[string]integration
	defaults integration
}

// Store is where the queue lives.
type Store struct {
	Engine      string           // bolt or nats
	URLs        []string         // of NATS servers
	Credentials collector.Secret // the zero value when none are given
	Stream      string           // default wnotify
	Replicas    int              // 1 to 5, default 3
}

// Metrics says where the Prometheus text goes.
type Metrics struct {
	Textfile string // path, or empty for none
}

// Settings are what dispatch needs of the file, integrations and triggers in
// the order of the file.
func (f *File) Settings() dispatch.Settings {
	s := f.settings
	s.Integrations = slices.Clone(s.Integrations)
	s.Triggers = slices.Clone(s.Triggers)
	return s
}

// tree is the text as it was parsed. Only few commands look at it, so it is not
// kept from reading: that of 1000 triggers takes 3 MB.
func (f *File) tree() *node {
	if f.root == nil {
		f.root, _ = parse(f.Text)
	}
	return f.root
}

// Line is where the table or key of a path begins, as of
// f.Line("integration", "siem"); 0 when it is not there.
func (f *File) Line(path ...string) int {
	parent := f.tree().find(path[:len(path)-1]...)
	if parent == nil || parent.member(path[len(path)-1]) == nil {
		return 0
	}
	line, _ := newPlaces(f.Text).of(parent.members[parent.index[path[len(path)-1]]].at)
	return line
}

// TriggersOf are the names of the triggers that send alerts to an integration.
func (f *File) TriggersOf(integration string) []string {
	var names []string
	for _, t := range f.settings.Triggers {
		if slices.Contains(t.Integrations, integration) {
			names = append(names, t.Name)
		}
	}
	return names
}
