//go:build unix

package intake

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// say writes to a pipe and waits until it has been read.
func say(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
}

// An event comes out when it is whole, not when its line is, and Ready tells
// what can be had without waiting.
func TestInteractive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, w := io.Pipe()
		r := New(in, "-", Options{})
		synctest.Wait()
		if r.Ready() {
			t.Fatal("ready before the first byte")
		}
		for _, c := range []struct {
			say   string
			ready bool
			want  string
		}{
			{"{", false, ""},
			{"\"a\":", false, ""},
			{"1}", true, `{"a":1}`},
			{"\n", false, ""},
			{"[", false, ""},
			{"{}", true, "{}"},
			{",\n", false, ""},
			{"{\n}", true, "{}"},
			{"]", false, ""},
			{"12", false, ""},
			{" ", true, ""},
			{"nonsense", false, ""},
			{"\n", false, ""},
			{"{", true, ""},
		} {
			say(t, w, c.say)
			if first := r.Ready(); first != c.ready || r.Ready() != first {
				t.Fatalf("behind %q: ready is %v", c.say, !c.ready)
			}
			if !c.ready {
				continue
			}
			it, err := r.Next()
			if err != nil || string(it.Raw) != c.want || (it.Reject == nil) != (c.want != "") {
				t.Fatalf("behind %q: %q, %+v, %v", c.say, it.Raw, it.Reject, err)
			}
		}
		w.Close()
		synctest.Wait()
		if !r.Ready() {
			t.Error("not ready at the end")
		}
		if it, err := r.Next(); err != nil || it.Reject == nil {
			t.Errorf("%+v, %v", it, err)
		}
		if _, err := r.Next(); !errors.Is(err, io.EOF) || !r.Ready() {
			t.Error(err)
		}
	})
}

// Stop ends a reader that waits, with all that was whole before.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in, w := io.Pipe()
		r := New(in, "-", Options{})
		go func() {
			say(t, w, "{\"a\":1}{\"a\":2}\n{\"a\":")
			r.Stop()
			r.Stop()
		}()
		items := collect(t, r)
		if got := show(items); got != "{\"a\":1}\n{\"a\":2}\n" {
			t.Error(got)
		}
		if tail, ok := r.Tail(); !ok || tail != (Tail{Offset: 15, Line: 2, Size: 5}) {
			t.Errorf("tail %+v", tail)
		}
		w.Close() // lets the abandoned read go
	})
}

func TestStopWhileBytesWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events := strings.Repeat("{\"a\":\""+strings.Repeat("x", 1000)+"\"}\n", 2000)
		r := New(strings.NewReader(events), "-", Options{})
		synctest.Wait() // all buffers are full
		r.Stop()
		items := collect(t, r)
		if len(items) == 0 || len(items) == 2000 {
			t.Errorf("%d events", len(items))
		}
		checkItems(t, []byte(events)[:items[len(items)-1].Place.End], items)
	})
}

// A named pipe is read like standard input; waiting for its writer can be
// stopped.
func TestNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	r := open(t, path, Options{Stored: func(string) (*Cursor, error) { return nil, errors.New("a pipe has no cursor") }})
	go func() {
		if w, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			defer w.Close()
			_, _ = io.WriteString(w, "{\"a\":1}\n{\"b\":")
		}
	}()
	items := collect(t, r)
	if len(items) != 2 || items[0].Resume.File != "" || items[1].Reject == nil {
		t.Error(show(items))
	}
	if _, ok := r.Cursor(items[0].Resume); ok {
		t.Error("a pipe has a cursor")
	}

	waiting := open(t, path, Options{})
	time.AfterFunc(time.Millisecond, waiting.Stop)
	if items := collect(t, waiting); len(items) != 0 {
		t.Error(show(items))
	}
	if w, err := os.OpenFile(path, os.O_WRONLY|syscall.O_NONBLOCK, 0); err == nil {
		w.Close() // lets the abandoned open go
	}
}

func TestWhatCannotBeOpened(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	write(t, secret, "{}")
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "missing"): "no such file or directory: check the name",
		dir:                           "is a directory: name the files in it",
		secret:                        "permission denied: run wnotify as a user who may read",
	} {
		if path == secret && os.Getuid() == 0 {
			continue
		}
		_, err := Open(path, Options{})
		var pathErr *os.PathError
		if !errors.As(err, &pathErr) || pathErr.Path != path || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestWhatIsReadLikeAStream(t *testing.T) {
	for _, path := range []string{"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/proc/17/fd/3", "//dev/./stdin"} {
		if !isDescriptor(path) {
			t.Error(path)
		}
	}
	for _, path := range []string{"stdin", "/dev/stdin.json", "/var/log/dev/fd/x", "/proc/x"} {
		if isDescriptor(path) {
			t.Error(path)
		}
	}
	r := open(t, os.DevNull, Options{})
	if items := collect(t, r); len(items) != 0 {
		t.Error(show(items))
	}
}
