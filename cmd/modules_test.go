package cmd

import (
	"slices"
	"strings"
	"testing"
)

// linked are the modules in the program on Linux. One more is a
// decision: name it here and say what it is for.
var linked = strings.Fields(`
github.com/VividCortex/ewma
github.com/acarl005/stripansi
github.com/beorn7/perks
github.com/cespare/xxhash/v2
github.com/dustin/go-humanize
github.com/gofrs/flock
github.com/klauspost/compress
github.com/mattn/go-colorable
github.com/mattn/go-isatty
github.com/mattn/go-runewidth
github.com/munnerz/goautoneg
github.com/nats-io/nats.go
github.com/nats-io/nkeys
github.com/nats-io/nuid
github.com/pelletier/go-toml/v2
github.com/prometheus/client_golang
github.com/prometheus/client_model
github.com/prometheus/common
github.com/prometheus/procfs
github.com/rivo/uniseg
github.com/rs/zerolog
github.com/spf13/cobra
github.com/spf13/pflag
github.com/standard-webhooks/standard-webhooks/libraries
github.com/vbauerster/mpb/v8
go.etcd.io/bbolt
golang.org/x/crypto
golang.org/x/net
golang.org/x/sys
golang.org/x/term
golang.org/x/text
google.golang.org/protobuf
`)

func TestDependenciesAreThoseWeChose(t *testing.T) {
	t.Setenv("GOOS", "linux") // elsewhere they differ a little
	modules := goList(t, "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".")
	slices.Sort(modules)
	for _, m := range slices.Compact(modules) {
		if m != module && !slices.Contains(linked, m) {
			t.Errorf("%s is linked and nobody decided that", m)
		}
	}
	for _, m := range linked {
		if !slices.Contains(modules, m) {
			t.Errorf("%s is not linked any more: take it off the list", m)
		}
	}
}
