package intake

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// tail follows a file in a bubble, so that its polls take no time.
type tail struct {
	*testing.T

	path string
	r    *Reader
	d    *desk
	last Point
}

func following(t *testing.T, start string, o Options, do func(f *tail)) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "events")
	if start != "" {
		write(t, path, start)
	}
	synctest.Test(t, func(t *testing.T) {
		f := &tail{T: t, path: path, d: new(desk)}
		f.start(o)
		defer func() { f.r.Stop() }()
		do(f)
		f.stop()
	})
}

func (f *tail) start(o Options) {
	f.Helper()
	o.Follow, o.Stored = true, f.d.stored
	r, err := Open(f.path, o)
	if err != nil {
		f.Fatal(err)
	}
	f.r, f.last = r, Point{}
}

func (f *tail) stop() {
	f.r.Stop()
	if items := collect(f, f.r); len(items) > 0 {
		f.Errorf("left at the end:\n%s", show(items))
	}
	f.r.Close()
}

// expect reads what is there a second later, and keeps the cursors as a caller
// does.
func (f *tail) expect(want string) {
	f.Helper()
	time.Sleep(time.Second)
	synctest.Wait()
	var items []Item
	for f.r.Ready() {
		it, err := f.r.Next()
		if err != nil {
			f.Fatal(err)
		}
		if f.last.File != "" && it.Resume.File != f.last.File {
			f.d.put(f, f.r, f.last)
		}
		f.last = it.Resume
		items = append(items, keep(it))
	}
	if got := show(items); got != want {
		f.Fatalf("got\n%swant\n%s", got, want)
	}
	if len(items) > 0 {
		f.d.put(f, f.r, f.last)
	}
}

func (f *tail) rename(to string) {
	f.Helper()
	if err := os.Rename(f.path, to); err != nil {
		f.Fatal(err)
	}
}

func TestFollowGrowth(t *testing.T) {
	following(t, "{\"n\":1}\n{\"n\":", Options{}, func(f *tail) {
		f.expect("{\"n\":1}\n")
		f.expect("")
		appendTo(f, f.path, "2}")
		f.expect("{\"n\":2}\n")
		appendTo(f, f.path, "\n")
		f.expect("")
		appendTo(f, f.path, "\nbad\n{\"n\":3}\n[{\"n\":4},")
		f.expect("invalid JSON: bad is not JSON (byte 17) <bad>\n{\"n\":3}\n{\"n\":4}\n")
		appendTo(f, f.path, "{\"n\":5}]{")
		f.expect("{\"n\":5}\n")
		f.stop()
		if tail, ok := f.r.Tail(); !ok || tail.Size != 1 || tail.Offset != int64(len("{\"n\":1}\n{\"n\":2}\n\nbad\n{\"n\":3}\n[{\"n\":4},{\"n\":5}]")) {
			f.Errorf("tail %+v, %v", tail, ok)
		}
		appendTo(f, f.path, "}")
		f.start(Options{})
		f.expect("{}\n")
	})
}

func TestFollowWaitsForTheFile(t *testing.T) {
	following(t, "", Options{From: FromEnd}, func(f *tail) {
		f.expect("")
		write(f, f.path, "{\"n\":1}\n")
		f.expect("{\"n\":1}\n")
		appendTo(f, f.path, "{\"n\":2}\n")
		f.expect("{\"n\":2}\n")
	})
}

func TestFollowFromTheEnd(t *testing.T) {
	following(t, "{\"n\":1}\n{\"n\":2", Options{From: FromEnd}, func(f *tail) {
		f.expect("")
		appendTo(f, f.path, "}\n{\"n\":3}\n")
		f.expect("{\"n\":2}\n{\"n\":3}\n")
	})
}

// The writer of a renamed file goes on with it until it opens the new one.
func TestFollowRotation(t *testing.T) {
	following(t, "{\"old\":1}\n", Options{}, func(f *tail) {
		f.expect("{\"old\":1}\n")
		old := f.path + ".1"
		f.rename(old)
		f.expect("")
		write(f, f.path, "")
		appendTo(f, old, "{\"old\":2}\n")
		f.expect("{\"old\":2}\n")
		appendTo(f, old, "{\"old\":3}\n{\"cut")
		appendTo(f, f.path, "{\"new\":1}\n")
		f.expect("{\"old\":3}\nthe input ends inside a value <{\"cut>\n{\"new\":1}\n")
		if n := len(f.d.cursors); n != 2 {
			f.Fatalf("%d cursors", n)
		}
		if items, r := f.d.take(f, old, -1, Options{}); len(items) > 0 || r.Start().Offset == 0 {
			f.Errorf("of the old file:\n%s", show(items))
		}
		f.stop()
		appendTo(f, f.path, "{\"new\":2}\n")
		f.start(Options{})
		f.expect("{\"new\":2}\n")
		f.rename(f.path + ".2")
		write(f, f.path, "{\"newer\":1}\n")
		f.expect("{\"newer\":1}\n")
	})
}

// A caller may ask for the cursor of what it read before a rotation or a
// truncation when the reader is already behind it.
func TestFollowCursorOfWhatIsGone(t *testing.T) {
	following(t, "{\"n\":1}\n", Options{}, func(f *tail) {
		first, err := f.r.Next()
		if err != nil {
			f.Fatal(err)
		}
		for _, replace := range []func(){
			func() { write(f, f.path, "") },
			func() { appendTo(f, f.path, " {\"x\":") },
			func() { f.rename(f.path + ".1"); write(f, f.path, " ") },
		} {
			replace()
			time.Sleep(time.Second)
			synctest.Wait()
			if f.r.Ready() {
				f.expect("the input ends inside a value <{\"x\":>\n")
				break
			}
			c, ok := f.r.Cursor(first.Resume)
			if !ok || c.Offset != 7 || c.Head != fingerprint([]byte("{\"n\":1}")) {
				f.Fatalf("%+v, %v", c, ok)
			}
		}
		f.expect("")
		if _, ok := f.r.Cursor(first.Resume); ok {
			f.Error("a cursor of a file that is long gone")
		}
	})
}

func TestFollowReplacement(t *testing.T) {
	following(t, "{\"n\":1}\n", Options{}, func(f *tail) {
		f.expect("{\"n\":1}\n")
		if err := os.Remove(f.path); err != nil {
			f.Fatal(err)
		}
		f.expect("")
		write(f, f.path, "{\"n\":1}\n")
		f.expect("{\"n\":1}\n")
	})
}

func TestFollowTruncation(t *testing.T) {
	following(t, "{\"n\":1}\n{\"n\":2}\n{\"half\":", Options{}, func(f *tail) {
		f.expect("{\"n\":1}\n{\"n\":2}\n")
		write(f, f.path, "{\"n\":3}\n")
		f.expect("the input ends inside a value <{\"half\":>\n{\"n\":3}\n")
		if why := f.r.Start().Why; why != "the file was truncated: it was read to byte 24, so it is a new one" {
			f.Error(why)
		}
		write(f, f.path, "")
		f.expect("")
		appendTo(f, f.path, "{\"n\":4}\n")
		f.expect("{\"n\":4}\n")
		write(f, f.path, "{\"n\":5}\n{\"n\":6}\n") // longer at once
		f.expect("{\"n\":5}\n{\"n\":6}\n")
		f.stop()
		appendTo(f, f.path, "{\"n\":7}\n")
		f.start(Options{})
		f.expect("{\"n\":7}\n")
	})
}

// A writer that does not append leaves a hole where the file was truncated.
func TestFollowTruncationUnderAWriter(t *testing.T) {
	following(t, "{\"n\":1}\n", Options{}, func(f *tail) {
		f.expect("{\"n\":1}\n")
		if err := os.Truncate(f.path, 0); err != nil {
			f.Fatal(err)
		}
		appendTo(f, f.path, "\x00\x00\x00\x00\x00\x00\x00\x00{\"n\":2}\n{\"n\":3}\n")
		f.expect("invalid JSON: a NUL byte is not JSON (byte 0) <\x00\x00\x00\x00\x00\x00\x00\x00{\"n\":2}>\n{\"n\":3}\n")
	})
}

func TestFollowWhatIsCompressed(t *testing.T) {
	following(t, gz(t, "{}\n"), Options{}, func(f *tail) {
		time.Sleep(time.Second)
		if _, err := f.r.Next(); err == nil || !strings.Contains(err.Error(), "a compressed file cannot be followed") {
			f.Error(err)
		}
		f.r, _ = Open(os.DevNull, Options{})
	})
}

func TestFollowErrors(t *testing.T) {
	broken := errors.New("broken")
	path := filepath.Join(t.TempDir(), "events")
	write(t, path, "{}\n")
	r := open(t, path, Options{Follow: true, Stored: func(string) (*Cursor, error) { return nil, broken }})
	if _, err := r.Next(); !errors.Is(err, broken) {
		t.Error(err)
	}
	r = open(t, path, Options{Follow: true})
	if it, err := r.Next(); err != nil || string(it.Raw) != "{}" {
		t.Error(it, err)
	}
	r.Stop()
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}
