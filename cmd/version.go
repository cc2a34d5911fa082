package cmd

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
)

// version overrides what the build recorded:
// go build -ldflags '-X github.com/wnotify/wnotify/cmd.version=v1.2.3'.
var version string

// release is what this program is.
type release struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Time     string `json:"time,omitempty"`     // of the commit, RFC 3339
	Modified bool   `json:"modified,omitempty"` // built from a changed checkout
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// released reads the build information.
func released() release {
	r := release{Version: version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			r.Commit = s.Value
		case "vcs.time":
			r.Time = s.Value
		case "vcs.modified":
			r.Modified = s.Value == "true"
		}
	}
	if r.Version == "" {
		r.Version = info.Main.Version
	}
	if r.Version == "" {
		r.Version = "(devel)"
	}
	return r
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  wnotify version -o json",
		Args:    none,
		RunE:    func(*cobra.Command, []string) error { return a.printVersion() },
	}
}

func (a *app) printVersion() error {
	r := released()
	if a.flags.json() {
		return ui.JSON(a.out, r)
	}
	built := r.Go + ", " + r.Platform
	if r.Commit != "" {
		built = "commit " + r.Commit[:min(12, len(r.Commit))] + ", " + built
	}
	_, err := fmt.Fprintf(a.out, "wnotify %s (%s)\n", r.Version, built)
	return err
}
