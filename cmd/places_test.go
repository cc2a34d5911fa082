package cmd

import (
	"slices"
	"testing"
)

func TestPlaces(t *testing.T) {
	const (
		home     = "/home/ann"
		ownFile  = "/home/ann/.config/wnotify/config.toml"
		ownState = "/home/ann/.local/state/wnotify"
	)
	for name, tt := range map[string]struct {
		config, state string
		env           map[string]string
		files         []string
		root          bool
		wantConfig    string
		wantState     string
	}{
		"nothing is there": {
			env:        map[string]string{"HOME": home},
			wantConfig: ownFile, wantState: ownState,
		},
		"the user's file": {
			env: map[string]string{"HOME": home}, files: []string{ownFile, systemConfig},
			wantConfig: ownFile, wantState: ownState,
		},
		"the system's file": {
			env: map[string]string{"HOME": home}, files: []string{systemConfig},
			wantConfig: systemConfig, wantState: systemState,
		},
		"root makes the system's": {
			env: map[string]string{"HOME": "/root"}, root: true,
			wantConfig: systemConfig, wantState: systemState,
		},
		"root has one of its own": {
			env: map[string]string{"HOME": "/root"}, root: true, files: []string{"/root/.config/wnotify/config.toml"},
			wantConfig: "/root/.config/wnotify/config.toml", wantState: "/root/.local/state/wnotify",
		},
		"flags win": {
			config: "a.toml", state: "s", files: []string{ownFile},
			env:        map[string]string{"HOME": home, "WNOTIFY_CONFIG": "/b.toml", "WNOTIFY_STATE": "/t", "STATE_DIRECTORY": "/u"},
			wantConfig: "a.toml", wantState: "s",
		},
		"variables": {
			env:        map[string]string{"HOME": home, "WNOTIFY_CONFIG": "/b.toml", "WNOTIFY_STATE": "/t", "STATE_DIRECTORY": "/u"},
			files:      []string{ownFile},
			wantConfig: "/b.toml", wantState: "/t",
		},
		"a unit of systemd": {
			env:        map[string]string{"HOME": home, "STATE_DIRECTORY": "/var/lib/wnotify:/var/lib/more"},
			wantConfig: ownFile, wantState: "/var/lib/wnotify",
		},
		"the system's file by name": {
			config: "/etc/wnotify/../wnotify/config.toml", env: map[string]string{"HOME": home},
			wantConfig: "/etc/wnotify/../wnotify/config.toml", wantState: systemState,
		},
		"XDG": {
			env:        map[string]string{"HOME": home, "XDG_CONFIG_HOME": "/xc", "XDG_STATE_HOME": "/xs"},
			wantConfig: "/xc/wnotify/config.toml", wantState: "/xs/wnotify",
		},
		"relative XDG is ignored": {
			env:        map[string]string{"HOME": home, "XDG_CONFIG_HOME": "xc", "XDG_STATE_HOME": "xs"},
			wantConfig: ownFile, wantState: ownState,
		},
		"no home": {
			env:        map[string]string{},
			wantConfig: systemConfig, wantState: systemState,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := surroundings{
				config: tt.config, state: tt.state, root: tt.root,
				getenv: func(name string) string { return tt.env[name] },
				exists: func(path string) bool { return slices.Contains(tt.files, path) },
			}.resolve()
			if got.Config != tt.wantConfig {
				t.Errorf("config %s, want %s", got.Config, tt.wantConfig)
			}
			if got.State != tt.wantState {
				t.Errorf("state %s, want %s", got.State, tt.wantState)
			}
			if got.Why.Config == "" || got.Why.State == "" {
				t.Errorf("no reason given: %+v", got.Why)
			}
		})
	}
}
