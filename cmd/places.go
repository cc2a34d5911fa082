package cmd

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// Places of a system-wide installation.
const (
	systemConfig = "/etc/wnotify/config.toml"
	systemState  = "/var/lib/wnotify"
)

// notYet is why a path is where a new configuration would be made.
const notYet = "does not exist yet"

// places are where the configuration and the queue are.
type places struct {
	Config string // absolute path; the file may not exist
	State  string // absolute path of the folder; it may not exist
	Why    place  // what decided
}

// place says what decided on a path, in words.
type place struct{ Config, State string }

// surroundings are what places depends on.
type surroundings struct {
	config, state string // the flags
	getenv        func(string) string
	exists        func(path string) bool // also true when that cannot be told
	root          bool
}

// resolve finds the places: for each the first that is set of a flag, a
// variable and the usual folders. The user's configuration and the system's
// are never merged.
func (s surroundings) resolve() places {
	var p places
	p.Config, p.Why.Config = s.configFile()
	p.State, p.Why.State = s.stateFolder(p.Config)
	return p
}

func (s surroundings) configFile() (path, why string) {
	own := s.home("XDG_CONFIG_HOME", ".config")
	if own != "" {
		own = filepath.Join(own, "wnotify", "config.toml")
	}
	switch env := s.getenv("WNOTIFY_CONFIG"); {
	case s.config != "":
		return s.config, "--config"
	case env != "":
		return env, "WNOTIFY_CONFIG"
	case own != "" && s.exists(own):
		return own, "of this user"
	case s.exists(systemConfig):
		return systemConfig, "of the system"
	case s.root || own == "":
		return systemConfig, notYet
	}
	return own, notYet
}

func (s surroundings) stateFolder(config string) (path, why string) {
	// systemd separates several folders by colons; ours is the first.
	unit, _, _ := strings.Cut(s.getenv("STATE_DIRECTORY"), ":")
	own := s.home("XDG_STATE_HOME", filepath.Join(".local", "state"))
	switch env := s.getenv("WNOTIFY_STATE"); {
	case s.state != "":
		return s.state, "--state"
	case env != "":
		return env, "WNOTIFY_STATE"
	case unit != "":
		return unit, "STATE_DIRECTORY"
	case filepath.Clean(config) == systemConfig, own == "":
		return systemState, "of the system"
	}
	return filepath.Join(own, "wnotify"), "of this user"
}

// home is a base folder of the XDG specification, which says that a relative
// path is to be ignored; "" when there is none.
func (s surroundings) home(variable, below string) string {
	if dir := s.getenv(variable); filepath.IsAbs(dir) {
		return dir
	}
	if dir := s.getenv("HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, below)
	}
	return ""
}

// places finds the places of this run. It reads nothing but whether the usual
// configuration files exist.
func (a *app) places() places {
	p := surroundings{
		config: a.flags.config, state: a.flags.state, getenv: a.env.Getenv, exists: a.env.Exists, root: a.env.Root,
	}.resolve()
	p.Config, p.State = absolute(p.Config), absolute(p.State)
	return p
}

// exists takes a file that cannot be looked at for one that is there, so that
// the reason is told instead of another file being used.
func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil || !isMissing(err)
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path // the current folder is gone; the path says enough
}

// userName is a user as sudo -u takes it.
func userName(uid int) string {
	number := strconv.Itoa(uid)
	if u, err := user.LookupId(number); err == nil {
		return u.Username
	}
	return "'#" + number + "'"
}
