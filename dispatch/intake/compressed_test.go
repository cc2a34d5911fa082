package intake

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"
)

func gz(t testing.TB, parts ...string) string {
	var b bytes.Buffer
	for _, part := range parts {
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, part); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func zst(t testing.TB, parts ...string) string {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var b []byte
	for _, part := range parts {
		b = w.EncodeAll([]byte(part), b)
	}
	return string(b)
}

func TestCompressed(t *testing.T) {
	const a, b = "\xef\xbb\xbf{\"a\":1}\n[{\"b\":", "2}]\nnope\n{\"c\":3}"
	plain := collect(t, New(strings.NewReader(a+b), "-", Options{}))
	if len(plain) != 4 {
		t.Fatal(show(plain))
	}
	for name, in := range map[string]string{
		"gzip":                            gz(t, a+b),
		"gzip in two members":             gz(t, a, b),
		"zstd":                            zst(t, a+b),
		"zstd in two frames":              zst(t, a, b),
		"zstd behind a skippable frame":   "\x5a\x2a\x4d\x18\x03\x00\x00\x00abc" + zst(t, a+b),
		"zstd before a skippable frame":   zst(t, a+b) + "\x50\x2a\x4d\x18\x00\x00\x00\x00",
		"gzip with an empty member in it": gz(t, a, "", b),
		"gzip before zero bytes":          gz(t, a, b) + strings.Repeat("\x00", 512),
		"gzip before one zero byte":       gz(t, a+b) + "\x00",
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in)), iotest.DataErrReader(strings.NewReader(in))} {
				if got := show(collect(t, New(r, "-", Options{}))); got != show(plain) {
					t.Errorf("got %s", got)
				}
			}
		})
	}
}

// Text that begins like compressed data is text.
func TestAlmostCompressed(t *testing.T) {
	for _, in := range []string{"\x1f", "\x28\xb5\x2f", "P", "Z*M{}", "(\n{}", "\x1f\n{}"} {
		items := collect(t, New(iotest.OneByteReader(strings.NewReader(in)), "-", Options{}))
		checkItems(t, []byte(in), items)
		if len(items) == 0 || items[0].Reject == nil {
			t.Errorf("%q: %s", in, show(items))
		}
	}
}

func TestDamagedCompression(t *testing.T) {
	events := strings.Repeat("{\"a\":\"bcdefgh\"}\n", 20000)
	for name, whole := range map[string]string{"gzip": gz(t, events), "zstd": zst(t, events)} {
		t.Run(name, func(t *testing.T) {
			for what, in := range map[string]string{
				"is cut off": whole[:len(whole)*3/4],
				"is damaged": whole[:len(whole)-6] + "\x00\xff\x00\xff\x00\xff",
			} {
				items, err := collectErr(New(strings.NewReader(in), "-", Options{}))
				var src *SourceError
				if !errors.As(err, &src) || !strings.Contains(err.Error(), "the "+name+" data "+what) {
					t.Errorf("%s: %v", what, err)
					continue
				}
				for _, it := range items {
					if it.Reject != nil {
						t.Fatalf("%s: %s", what, show(items[:1]))
					}
				}
				if n := int64(len(items)) * 16; src.Offset < n || src.Offset > n+16 || !strings.Contains(err.Error(), "standard input") {
					t.Errorf("%s: %d events, then %v", what, len(items), err)
				}
			}
		})
	}
}

// What is behind the last member of gzip data says what is wrong with it.
func TestBehindGzip(t *testing.T) {
	const foreign = "beyond byte 3: something that is not gzip follows the gzip data"
	whole := gz(t, "{}\n")
	for behind, want := range map[string]string{
		"x":                        foreign,
		"8 bytes!":                 foreign,
		"{\"a\":1}\n{\"a\":2}\n":   foreign,
		"\x1fx":                    foreign,
		"\x00\x00x":                foreign,
		"\x00" + whole:             foreign,
		zst(t, "{}"):               foreign,
		"\x1f\x8bx" + whole:        "the gzip data is damaged",
		whole[:1]:                  "the gzip data is cut off",
		whole[:5]:                  "the gzip data is cut off",
		whole[:len(whole)-1]:       "the gzip data is cut off",
		gz(t, "") + whole[:10]:     "the gzip data is cut off",
		whole[:len(whole)-8] + "x": "the gzip data is cut off",
	} {
		in := whole + behind
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in)), iotest.DataErrReader(strings.NewReader(in))} {
			items, err := collectErr(New(r, "-", Options{}))
			if err == nil || !strings.Contains(err.Error(), want) || len(items) == 0 || items[0].Reject != nil {
				t.Errorf("%q: %s%v", behind, show(items), err)
			}
		}
	}
}

// Even the first bytes of it can be missing.
func TestCompressionCutOffEarly(t *testing.T) {
	for _, in := range []string{gz(t, "{}")[:5], zst(t, "{}")[:5]} {
		path := filepath.Join(t.TempDir(), "events")
		write(t, path, in)
		for _, r := range []*Reader{New(strings.NewReader(in), "-", Options{}), open(t, path, Options{})} {
			if items, err := collectErr(r); len(items) > 0 || err == nil || !strings.Contains(err.Error(), "data is cut off") {
				t.Errorf("%q: %s%v", in, show(items), err)
			}
		}
	}
}

func TestReadErrors(t *testing.T) {
	broken := errors.New("broken")
	r := New(io.MultiReader(strings.NewReader("{}\n{\"a\":"), iotest.ErrReader(broken)), "events.json", Options{})
	items, err := collectErr(r)
	var src *SourceError
	if show(items) != "{}\n" || !errors.Is(err, broken) || !errors.As(err, &src) || src.Path != "events.json" || src.Offset != 8 {
		t.Errorf("%s%v", show(items), err)
	}
	if _, again := r.Next(); again == nil || again.Error() != err.Error() {
		t.Errorf("the second time: %v", again)
	}
	if tail, ok := r.Tail(); !ok || tail.Offset != 3 || tail.Size != 5 {
		t.Errorf("tail %+v", tail)
	}
	items, err = collectErr(New(stuck{}, "-", Options{}))
	if len(items) != 0 || !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that gives nothing: %v", err)
	}
}

// stuck gives nothing, for ever.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }
