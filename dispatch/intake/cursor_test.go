package intake

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestResumeBehindEveryItem(t *testing.T) {
	for name, content := range map[string]string{"plain": mixed, "gzip": gz(t, mixed[:50], mixed[50:]), "padded gzip": gz(t, mixed) + "\x00\x00\x00", "zstd": zst(t, mixed)} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events")
			write(t, path, content)
			all, _ := new(desk).take(t, path, -1, mixedOptions)
			if len(all) != 14 {
				t.Fatalf("%d items:\n%s", len(all), show(all))
			}
			for i := range all {
				d := new(desk)
				d.take(t, path, i, mixedOptions)
				rest, _ := d.take(t, path, -1, mixedOptions)
				if !reflect.DeepEqual(rest, all[i:]) {
					t.Errorf("behind %d:\n%swant\n%s", i, show(rest), show(all[i:]))
				}
				if again, r := d.take(t, path, -1, mixedOptions); len(again) > 0 || r.Start().Why != "" {
					t.Errorf("behind the end:\n%s%s", show(again), r.Start().Why)
				}
			}
		})
	}
}

// A file that grows while it is read again and again gives each item once,
// wherever it was cut off.
func TestResumeOfAGrowingFile(t *testing.T) {
	whole := collect(t, New(strings.NewReader(mixed), "-", mixedOptions))
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		path := filepath.Join(dir, "events")
		os.Remove(path)
		d := new(desk)
		var events []string
		for from := 0; from < len(mixed); {
			to := from + rapid.IntRange(1, 40).Draw(t, "bytes")
			to = min(to, len(mixed))
			func() {
				f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				if _, err := f.WriteString(mixed[from:to]); err != nil {
					t.Fatal(err)
				}
			}()
			from = to
			r, err := Open(path, Options{MaxEventBytes: 40, Stored: d.stored})
			if err != nil {
				t.Fatal(err)
			}
			items, err := collectErr(r)
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range items {
				if it.Reject == nil {
					events = append(events, string(it.Raw))
				}
				d.put(t, r, it.Resume)
			}
			if why := r.Start().Why; why != "" {
				t.Fatal(why)
			}
			r.Close()
		}
		var want []string
		for _, it := range whole {
			if it.Reject == nil {
				want = append(want, string(it.Raw))
			}
		}
		if !reflect.DeepEqual(events, want) {
			t.Fatalf("got  %q\nwant %q", events, want)
		}
	})
}

func TestWhichFileACursorBelongsTo(t *testing.T) {
	const lines = "{\"n\":1}\n{\"n\":2}\n"
	long := fmt.Sprintf("{\"long\":%q}\n", strings.Repeat("x", 3000))
	for _, c := range []struct {
		name string
		do   func(t *testing.T, path string) string
		want int // items, of 2 old ones and 1 new one
		why  string
	}{
		{"untouched", func(*testing.T, string) string { return "" }, 0, ""},
		{"appended to", func(t *testing.T, path string) string { appendTo(t, path, "{\"n\":3}\n"); return path }, 1, ""},
		{"renamed and appended to", func(t *testing.T, path string) string {
			if err := os.Rename(path, path+".1"); err != nil {
				t.Fatal(err)
			}
			appendTo(t, path+".1", "{\"n\":3}\n")
			return path + ".1"
		}, 1, ""},
		{"copied", func(t *testing.T, path string) string { write(t, path+".copy", long+lines); return path + ".copy" }, 3, ""},
		{"replaced by the same content", func(t *testing.T, path string) string {
			write(t, path+".new", long+lines)
			if err := os.Rename(path+".new", path); err != nil {
				t.Fatal(err)
			}
			return path
		}, 3, ""},
		{
			"truncated", func(t *testing.T, path string) string { write(t, path, "{\"n\":3}\n"); return path }, 1,
			"the file is shorter than it was: it was read to byte 3027, so it is a new one",
		},
		{
			"emptied", func(t *testing.T, path string) string { write(t, path, ""); return path }, 0,
			"the file is shorter than it was: it was read to byte 3027, so it is a new one",
		},
		{"rewritten at the start", func(t *testing.T, path string) string {
			write(t, path, strings.Replace(long, "x", "y", 1)+lines)
			return path
		}, 3, "the file was rewritten: its content before byte 3027 is not what was read, so it is a new one"},
		{"rewritten before the cursor", func(t *testing.T, path string) string {
			write(t, path, long+strings.Replace(lines, "2", "4", 1)+lines)
			return path
		}, 5, "the file was rewritten: its content before byte 3027 is not what was read, so it is a new one"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events")
			write(t, path, long+lines)
			d := new(desk)
			if items, _ := d.take(t, path, -1, Options{}); len(items) != 3 {
				t.Fatal(show(items))
			}
			if p := c.do(t, path); p != "" {
				path = p
			}
			items, r := d.take(t, path, -1, Options{})
			if len(items) != c.want || r.Start().Why != c.why {
				t.Errorf("%d items, %q\n%s", len(items), r.Start().Why, show(items))
			}
		})
	}
}

// A cursor that makes no sense belongs to no file.
func TestSenselessCursors(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	write(t, path, "{}\n{}\n")
	for _, c := range []Cursor{
		{Point: Point{Offset: -5}},
		{Point: Point{Offset: 3}},
		{Point: Point{Offset: 3}, HeadSize: -1},
		{Point: Point{Offset: 3}, TailSize: -1},
		{Point: Point{Offset: 3}, HeadSize: 1 << 40, TailSize: 1 << 40},
		{Point: Point{Offset: 1 << 40}},
	} {
		r := open(t, path, Options{Stored: func(string) (*Cursor, error) { return &c, nil }})
		if items := collect(t, r); len(items) != 2 || r.Start().Why == "" {
			t.Errorf("%+v: %d items, %q", c, len(items), r.Start().Why)
		}
	}
}

// Another run may have gone on with the file until its cursor could be had.
func TestCursorBehindTheSizeAtOpening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	write(t, path, "{\"n\":1}\n")
	d := new(desk)
	r := open(t, path, Options{Stored: func(file string) (*Cursor, error) {
		appendTo(t, path, "{\"n\":2}\n")
		d.take(t, path, -1, Options{})
		return d.stored(file)
	}})
	if items := collect(t, r); len(items) != 0 || r.Start().Why != "" || r.Start().Offset != 15 {
		t.Errorf("%s%+v", show(items), r.Start())
	}
}

// The cursor vouches for up to 1 KiB at the start and before the offset,
// whatever has left memory meanwhile.
func TestWhatACursorVouchesFor(t *testing.T) {
	var b strings.Builder
	for i := range 4000 {
		fmt.Fprintf(&b, "{\"n\":%d,\"x\":%q}\n", i, strings.Repeat("x", i%700))
		if i%500 == 499 {
			fmt.Fprintf(&b, "{\"large\":%q}\n", strings.Repeat("y", 300_000))
		}
	}
	content := b.String()
	path := filepath.Join(t.TempDir(), "events")
	for name, stored := range map[string]string{"plain": content, "gzip": gz(t, content)} {
		t.Run(name, func(t *testing.T) {
			write(t, path, stored)
			r := open(t, path, Options{MaxEventBytes: 100_000})
			points := []Point{}
			for {
				it, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				points = append(points, it.Resume)
				for _, p := range points[max(0, len(points)-2):] {
					c, ok := r.Cursor(p)
					n := int(min(p.Offset, history))
					if !ok || c.Point != p || c.HeadSize != n || c.TailSize != n ||
						c.Head != fingerprint([]byte(content[:n])) || c.Tail != fingerprint([]byte(content[int(p.Offset)-n:p.Offset])) {
						t.Fatalf("behind item %d at %+v: %+v", len(points), p, c)
					}
				}
			}
			old, ok := r.Cursor(points[10])
			if !ok || old.TailSize != 0 || old.HeadSize != int(min(points[10].Offset, history)) {
				t.Errorf("of an old point: %+v", old)
			}
			d := new(desk)
			d.put(t, r, points[10])
			if rest, _ := d.take(t, path, -1, Options{MaxEventBytes: 100_000}); len(rest) != len(points)-11 {
				t.Errorf("%d items behind an old point, want %d", len(rest), len(points)-11)
			}
		})
	}
}
