//go:build unix

package config

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const small = "version = 1\n\n[integration.a]\nurl = \"https://h.example/a\" # keep\n"

// file writes a configuration into a new folder.
func file(t *testing.T, src string, mode fs.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// inFolder are the names of a folder's files.
func inFolder(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestNewFileIsPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "etc", "wnotify", "config.toml")
	old := syscall.Umask(0)
	changed, err := Edit(t.Context(), path, adding("b"))
	syscall.Umask(old)
	if err != nil || !changed {
		t.Fatal(changed, err)
	}
	if got, want := read(t, path), "version = 1\n\n[integration.b]\nurl = \"https://h.example/b\"\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for name, want := range map[string]fs.FileMode{path: 0o600, path + ".lock": 0o600, filepath.Dir(path): 0o700 | fs.ModeDir} {
		info, err := os.Stat(name)
		if err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
}

func TestNothingToDoWritesNothing(t *testing.T) {
	path := file(t, small, 0o600)
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	changed, err := Edit(t.Context(), path, adding("a"))
	after, statErr := os.Stat(path)
	if err != nil || changed || statErr != nil || !os.SameFile(before, after) {
		t.Errorf("changed %v, %v, %v", changed, err, statErr)
	}
}

func TestModeAndOwnerSurvive(t *testing.T) {
	path := file(t, small, 0o640)
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 65534, 1); err != nil {
			t.Fatal(err)
		}
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Edit(t.Context(), path, adding("b")); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	was, is := before.Sys().(*syscall.Stat_t), after.Sys().(*syscall.Stat_t)
	if before.Mode() != after.Mode() || was.Uid != is.Uid || was.Gid != is.Gid {
		t.Errorf("mode %v owner %d:%d, want %v %d:%d", after.Mode(), is.Uid, is.Gid, before.Mode(), was.Uid, was.Gid)
	}
	if os.SameFile(before, after) {
		t.Error("the file was written over, not replaced")
	}
	if got := inFolder(t, path); !reflect.DeepEqual(got, []string{"config.toml", "config.toml.lock"}) {
		t.Errorf("left behind: %v", got)
	}
}

// TestLinkStaysALink: the file that a link leads to is replaced, in its folder.
func TestLinkStaysALink(t *testing.T) {
	for _, there := range []bool{true, false} {
		dir := t.TempDir()
		target, link := filepath.Join(dir, "store", "real.toml"), filepath.Join(dir, "config.toml")
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			t.Fatal(err)
		}
		if there {
			if err := os.WriteFile(target, []byte(small), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(os.Symlink("middle.toml", link), os.Symlink("store/real.toml", filepath.Join(dir, "middle.toml"))); err != nil {
			t.Fatal(err)
		}
		if changed, err := Edit(t.Context(), link, adding("b")); err != nil || !changed {
			t.Fatal(changed, err)
		}
		info, err := os.Lstat(link)
		if err != nil || info.Mode().Type() != fs.ModeSymlink {
			t.Errorf("the link is now %v, %v", info.Mode(), err)
		}
		if !strings.Contains(read(t, target), "[integration.b]") {
			t.Errorf("the target has no b")
		}
	}
	loop := filepath.Join(t.TempDir(), "config.toml")
	if err := os.Symlink(loop, loop); err != nil {
		t.Fatal(err)
	}
	var unread *ReadError
	if _, err := Edit(t.Context(), loop, adding("b")); !errors.As(err, &unread) {
		t.Errorf("a loop of links: %v", err)
	}
}

func TestBrokenFileIsNotEdited(t *testing.T) {
	path := file(t, "verson = 1\n", 0o600)
	var invalid *InvalidError
	if _, err := Edit(t.Context(), path, adding("b")); !errors.As(err, &invalid) || !strings.HasPrefix(err.Error(), path+":1:1: verson") {
		t.Errorf("%v", err)
	}
	if got := read(t, path); got != "verson = 1\n" {
		t.Errorf("the file is now %q", got)
	}
}

// TestOthersCanWrite: such a file is neither read nor edited.
func TestOthersCanWrite(t *testing.T) {
	for mode, refused := range map[fs.FileMode]bool{0o600: false, 0o644: false, 0o620: true, 0o602: true, 0o666: true, 0o664: true} {
		path := file(t, small, mode)
		var open *PermissionError
		_, err := Load(path)
		if errors.As(err, &open) != refused || !refused && err != nil {
			t.Errorf("%04o: Load: %v", mode, err)
		}
		if refused && open.Fix() != "chmod go-w "+path {
			t.Errorf("fix %q", open.Fix())
		}
		_, err = Edit(t.Context(), path, adding("b"))
		if errors.As(err, &open) != refused || !refused && err != nil {
			t.Errorf("%04o: Edit: %v", mode, err)
		}
		readable, err := CheckPermissions(path)
		if errors.As(err, &open) != refused || !refused && readable != (mode&0o044 != 0) {
			t.Errorf("%04o: CheckPermissions: %v, %v", mode, readable, err)
		}
	}
}

func TestReadErrors(t *testing.T) {
	dir := t.TempDir()
	_, err := Load(filepath.Join(dir, "none.toml"))
	var unread *ReadError
	if !errors.As(err, &unread) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, err := Load(dir); !errors.As(err, &unread) {
		t.Errorf("a folder: %v", err)
	}
	big := filepath.Join(dir, "big.toml")
	if err := errors.Join(os.WriteFile(big, nil, 0o600), os.Truncate(big, longest+1)); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(big); !errors.As(err, &unread) {
		t.Errorf("too large: %v", err)
	}
}

// TestCannotWrite: the change is not lost, it can be pasted; nothing is left
// behind and the file is as it was.
func TestCannotWrite(t *testing.T) {
	t.Run("the target is busy or not a file", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "config.toml")
		if err := os.MkdirAll(filepath.Join(path, "inside"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := replace(path, []byte("x"), nil); err == nil {
			t.Fatal("a folder was replaced")
		}
		if got := inFolder(t, path); !slices.Equal(got, []string{"config.toml"}) {
			t.Errorf("left behind: %v", got)
		}
	})
	t.Run("somebody saved in between", func(t *testing.T) {
		path := file(t, small, 0o600)
		_, err := Edit(t.Context(), path, func(d *Document) error {
			if err := os.WriteFile(path, []byte("# mine\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			return adding("b")(d)
		})
		var unwritten *WriteError
		if !errors.As(err, &unwritten) || !errors.Is(err, errChanged) {
			t.Errorf("%v", err)
		}
		if unwritten.Paste != "[integration.b]\nurl = \"https://h.example/b\"\n" {
			t.Errorf("to paste: %q", unwritten.Paste)
		}
		if got := read(t, path); got != "# mine\n" {
			t.Errorf("the file is now %q", got)
		}
		if got := inFolder(t, path); !slices.Equal(got, []string{"config.toml", "config.toml.lock"}) {
			t.Errorf("left behind: %v", got)
		}
	})
	t.Run("the folder is read-only", func(t *testing.T) {
		path := file(t, small, 0o644)
		if err := os.Chmod(filepath.Dir(path), 0o555); err != nil {
			t.Fatal(err)
		}
		out, code := process(t, path, "b", true)
		if code == 0 || !strings.HasPrefix(out, "*config.WriteError: cannot write the configuration config.toml: permission denied\n[integration.b]\n") {
			t.Errorf("%s", out)
		}
		if out, code := process(t, path, "a", true); code != 0 || out != "false\n" {
			t.Errorf("nothing to do: %s", out)
		}
		if got := read(t, path); got != small {
			t.Errorf("the file is now %q", got)
		}
	})
	t.Run("it belongs to somebody else", func(t *testing.T) {
		if os.Geteuid() != 0 {
			t.Skip("needs root to give a file away")
		}
		path := file(t, small, 0o644)
		if err := os.Chmod(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		out, code := process(t, path, "b", true)
		if code == 0 || !strings.Contains(out, "belongs to somebody else") || !strings.Contains(out, "[integration.b]\n") {
			t.Errorf("%s", out)
		}
		if got := inFolder(t, path); !slices.Equal(got, []string{"config.toml", "config.toml.lock"}) {
			t.Errorf("left behind: %v", got)
		}
	})
}

// process adds an integration in another process, without privileges if asked.
func process(t *testing.T, path, name string, nobody bool) (out string, code int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), addEnv+"="+name)
	cmd.Dir = filepath.Dir(path)
	if nobody && os.Geteuid() == 0 {
		// The binary and the folders above the file must be within reach.
		for _, p := range []string{filepath.Dir(exe), filepath.Dir(filepath.Dir(exe)), filepath.Dir(filepath.Dir(path))} {
			if err := os.Chmod(p, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(text), cmd.ProcessState.ExitCode()
}

// TestEditsOfManyAreKept: goroutines and processes edit at once, and nobody's
// change is lost.
func TestEditsOfManyAreKept(t *testing.T) {
	path := file(t, "# head\r\nversion = 1\r\n", 0o600)
	var all sync.WaitGroup
	names := strings.Fields("a b c d e f g h i j k l")
	for i, name := range names {
		all.Go(func() {
			if i%2 == 0 {
				if out, code := process(t, path, name, false); code != 0 {
					t.Errorf("%s: %s", name, out)
				}
				return
			}
			if changed, err := Edit(t.Context(), path, adding(name)); err != nil || !changed {
				t.Errorf("%s: %v %v", name, changed, err)
			}
		})
	}
	all.Wait()
	f, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range f.Settings().Integrations {
		got = append(got, i.Name)
	}
	slices.Sort(got)
	if !slices.Equal(got, names) {
		t.Errorf("got %v, want %v", got, names)
	}
	if src := read(t, path); !strings.HasPrefix(src, "# head\r\nversion = 1\r\n\r\n[integration.") || strings.Count(src, "\n") != strings.Count(src, "\r\n") {
		t.Errorf("%q", src)
	}
}

// TestBusy: an edit that cannot have the lock ends with its context.
func TestBusy(t *testing.T) {
	path := file(t, small, 0o600)
	unlock, err := lock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := Edit(ctx, path, adding("b")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if got := read(t, path); got != small {
		t.Errorf("the file is now %q", got)
	}
}

func TestCreate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wnotify", "config.toml")
	if err := Create(path, Starter()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	if _, err := Load(path); err != nil {
		t.Error(err)
	}
	var unwritten *WriteError
	if err := Create(path, nil); !errors.As(err, &unwritten) || !errors.Is(err, fs.ErrExist) {
		t.Errorf("again: %v", err)
	}
	if got := read(t, path); got != string(Starter()) {
		t.Error("the file was written over")
	}
}
