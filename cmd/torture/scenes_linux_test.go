package torture

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// scene is a command, and the state it finds.
type scene struct {
	name    string
	world   func(t testing.TB) *world            // nil: two integrations that take everything
	prepare func(w *world)                       // once
	act     func(w *world, via ...string) result // under the tracer
	mend    func(g *stage, name string)          // what a person would do after it; may be nil
}

var scenes = []scene{
	{
		name:    "first send",
		prepare: func(*world) {},
		act: func(w *world, via ...string) result {
			return w.send("s1", 5, command{args: []string{"send", "--wait", "1s"}, via: via})
		},
	},
	{
		name:    "send",
		prepare: backlog,
		act: func(w *world, via ...string) result {
			return w.send("s1", 5, command{args: []string{"send", "--wait", "1s"}, via: via})
		},
	},
	{
		name:    "send FILE",
		prepare: backlog,
		act: func(w *world, via ...string) result {
			return w.run(command{name: "send FILE", args: []string{"send", "--wait", "1s", "-o", "json", w.file()}, via: via})
		},
		mend: sendAgain,
	},
	{
		name:    "flush",
		prepare: backlog,
		act: func(w *world, via ...string) result {
			return w.run(command{name: "flush", args: []string{"flush", "--now", "--wait", "1s"}, via: via})
		},
	},
	{
		name:  "a trigger fires",
		world: withTrigger,
		prepare: func(w *world) { // two of the burst are counted: the next one crosses
			lines := strings.SplitAfter(burst(1), "\n")
			w.check(os.WriteFile(w.file(), []byte(lines[0]+lines[1]), 0o600))
			w.run(command{name: "enqueue FILE", args: []string{"enqueue", w.file()}})
			w.check(os.WriteFile(w.file(), []byte(burst(1)), 0o600))
		},
		act: func(w *world, via ...string) result {
			return w.run(command{name: "send FILE", args: []string{"send", "--wait", "1s", "-o", "json", w.file()}, via: via})
		},
		mend: func(g *stage, name string) {
			again := g.run(command{name: "send FILE again", args: []string{"send", "-o", "json", g.file()}})
			if again.Code != 0 {
				g.Errorf("%s: the file could not be sent again: code %d: %s", name, again.Code, failures(again.Stderr))
			}
			g.sources["f"] = &Source{Name: "f", Events: burstHits, Accepted: map[string]int{"a": burstHits}}
			g.settle()
			g.fired(1, name)
		},
	},
	{
		name:    "integration set",
		prepare: backlog,
		act: func(w *world, via ...string) result {
			return w.run(command{name: "integration set", args: []string{"integration", "set", "a", "--title", "new"}, via: via})
		},
		mend: setAgain,
	},
	{
		name:    "compaction",
		prepare: backlog,
		act:     func(w *world, via ...string) result { return w.other("compact", via...) },
	},
	{
		name:    "salvage",
		prepare: backlog,
		act:     func(w *world, via ...string) result { return w.other("salvage", via...) },
		mend: func(g *stage, _ string) {
			old, err := filepath.Glob(filepath.Join(g.state, "journal.db.damaged.*"))
			g.check(err)
			for _, path := range old {
				g.check(os.Remove(path)) // kept for a person, who has seen it
			}
		},
	},
}

// sendAgain sends a file again: it goes on where it stopped.
func sendAgain(g *stage, name string) {
	g.Helper()
	again := g.run(command{name: "send FILE again", args: []string{"send", "--wait", "1s", "-o", "json", g.file()}})
	g.sources["f"] = &Source{Name: "f", Events: 6, Accepted: map[string]int{"a": 6, "b": 6}}
	if again.Code != 0 {
		g.Errorf("%s: the file could not be sent again: code %d: %s", name, again.Code, failures(again.Stderr))
	}
}

// setAgain finds the configuration as it was or as it is to be, never in
// between, and repeats the command.
func setAgain(g *stage, name string) {
	g.Helper()
	is, err := os.ReadFile(g.config)
	g.check(err)
	was := g.toml
	if again := g.run(command{name: "integration set again", args: []string{"integration", "set", "a", "--title", "new"}}); again.Code != 0 {
		g.Errorf("%s: it could not be set again: code %d: %s", name, again.Code, failures(again.Stderr))
	}
	now, err := os.ReadFile(g.config)
	g.check(err)
	if string(is) != was && string(is) != string(now) {
		g.Errorf("%s: the configuration is neither old nor new:\n%s", name, is)
	}
	if len(now) <= len(was) {
		g.Errorf("%s: in the end the configuration is\n%s", name, now)
	}
	g.check(os.WriteFile(g.config, []byte(was), 0o600))
	left, err := filepath.Glob(filepath.Join(g.root, ".config.toml.*"))
	g.check(err)
	for _, path := range append(left, g.config+".lock") {
		g.check(os.Remove(path)) // of a kill between creating it and renaming it
	}
}

// stage is a world in which one scene is played again and again.
type stage struct {
	*world
	scene scene
	fresh string // the state as prepared
	past  map[string]*Source
	trace string // of the tracer
}

func (s scene) stage(t *testing.T) *stage {
	t.Helper()
	if s.world == nil {
		s.world = func(t testing.TB) *world { return newWorld(t, []string{"a", "b"}) }
	}
	w := s.world(t)
	w.check(os.WriteFile(w.file(), []byte(events("f", 1, 6)), 0o600))
	w.begin()
	s.prepare(w)
	g := &stage{world: w, scene: s, fresh: filepath.Join(t.TempDir(), "fresh"), past: w.sources, trace: filepath.Join(t.TempDir(), "trace")}
	if _, err := os.Stat(w.state); err == nil {
		w.copyTree(w.state, g.fresh)
	}
	return g
}
