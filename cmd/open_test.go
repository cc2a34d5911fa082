package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/cmd/config"
)

// A process that stays says once that its configuration is gone, keeps what it
// knows, and takes the file up when it is back.
func TestConfigurationThatIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.toml")
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(path, []byte("version = 1\n[integration."+name+"]\nurl = \"https://example.com\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("old")
	f, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		l := newLive(f, zerolog.New(&log))
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		for at := time.Duration(0); at < 4*goneFor; at += lookEvery {
			if at == goneFor-lookEvery && log.Len() > 0 {
				t.Errorf("too early: %s", &log)
			}
			if _, ok := l.settings().Integration("old"); !ok {
				t.Fatal("the old settings are gone, too")
			}
			time.Sleep(lookEvery)
		}
		if n := strings.Count(log.String(), "the configuration is gone; the old one stays"); n != 1 {
			t.Errorf("said %d times: %s", n, &log)
		}
		write("another")
		if _, ok := l.settings().Integration("another"); !ok {
			t.Error("it is back, and not taken up")
		}
	})
}
