package intake

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
)

// endless gives head, then body again and again for size bytes, then tail, and
// watches the heap meanwhile.
type endless struct {
	head, body, tail string
	size             int
	reads            int
	peak             uint64
}

func (e *endless) Read(p []byte) (int, error) {
	if e.reads++; e.reads%256 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		e.peak = max(e.peak, m.HeapAlloc)
	}
	switch {
	case e.head != "":
		n := copy(p, e.head)
		e.head = e.head[n:]
		return n, nil
	case e.size > 0:
		n := 0
		for n+len(e.body) <= len(p) && e.size > 0 {
			n += copy(p[n:], e.body)
			e.size -= len(e.body)
		}
		return n, nil
	case e.tail != "":
		n := copy(p, e.tail)
		e.tail = e.tail[n:]
		return n, nil
	}
	return 0, io.EOF
}

// Whatever comes, memory stays bounded, and reading goes on behind it.
func TestBoundedMemory(t *testing.T) {
	block := func(s string) string { return strings.Repeat(s, 4096/len(s)) }
	for _, c := range []struct {
		name, head, body, tail string
		rejects                int
		reason                 string
	}{
		{"one string", `{"a":"`, block("x"), "\"}\n{}", 1, "larger than 1048576 bytes"},
		{"one string in an array", `[{"a":"`, block("x"), `"},{}]`, 1, "larger than 1048576 bytes"},
		{"one object", `{"a":[0`, block(`,{"b":"c"}`), "]} {}", 1, "larger than 1048576 bytes"},
		{"one number", "1", block("0"), " {}", 1, "larger than 1048576 bytes"},
		{"one string that does not end", `{"a":"`, block("x"), "\n{}", 1, "invalid JSON, in a value larger"},
		{"a line of something else", "", block("x"), "\n{}", 1, "invalid JSON: xxxxxx"},
		{"lines of something else", "", block("some text\n"), "{}", 1, "invalid JSON: some is not JSON"},
		{"blanks", "", block(" "), "{}", 0, ""},
		{"line breaks", "[", block("\n"), "{}]", 0, ""},
		{"NUL bytes", "", block("\x00"), "\n{}", 1, "a NUL byte is not JSON"},
		{"brackets", "", block("["), "\n{}", 1, "nested deeper than 512"},
	} {
		t.Run(c.name, func(t *testing.T) {
			size := 16 << 20
			if c.name == "one string" && !testing.Short() {
				size = 1 << 30
			}
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			in := &endless{head: c.head, body: c.body, tail: c.tail, size: size}
			items := collect(t, New(in, "-", Options{}))
			if grown := int64(in.peak) - int64(before.HeapAlloc); grown > 16<<20 {
				t.Errorf("the heap grew by %d MiB", grown>>20)
			}
			if len(items) != c.rejects+1 || string(items[c.rejects].Raw) != "{}" {
				t.Fatalf("%d items, the last one %q", len(items), items[len(items)-1].Raw)
			}
			if c.rejects == 0 {
				return
			}
			r := items[0].Reject
			if !strings.Contains(r.Reason, c.reason) || r.Size < int64(size)/2 || len(r.Data) != keptBytes || r.Size != items[0].Place.End-items[0].Place.Offset {
				t.Errorf("%.80s: %d bytes, %d kept", r.Reason, r.Size, len(r.Data))
			}
		})
	}
}

func TestManyElementsInOneArray(t *testing.T) {
	in := &endless{head: `[{"a":0}`, body: strings.Repeat(`,{"a":1}`, 512), tail: "]", size: 8 << 20}
	r := New(in, "-", Options{})
	n := 0
	for {
		it, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || it.Reject != nil {
			t.Fatal(it.Reject, err)
		}
		n++
	}
	if n != 1+8<<20/8 {
		t.Errorf("%d events", n)
	}
}

// A value that drips in byte by byte is not scanned anew with each byte: with
// 1 MiB that would be 500 GB.
func TestDrippingIsNotQuadratic(t *testing.T) {
	body := bytes.Repeat([]byte(`"0123456789\n\u00e9",`), 1<<20/20)
	for _, in := range []string{`{"a":[` + string(body) + `1]}`, `{"a":"` + strings.Repeat("x", 1<<20-100) + `"}`, `{"a":"` + strings.Repeat("x", 1<<20+100) + `"}`} {
		items := collect(t, New(&chopped{in: []byte(in), cuts: 0}, "-", Options{MaxEventBytes: 1<<20 + 64}))
		if len(items) != 1 || items[0].Place.End != int64(len(in)) {
			t.Errorf("%d items, the first at %+v", len(items), items[0].Place)
		}
	}
}

func TestSizeLimit(t *testing.T) {
	const limit = 100
	for _, n := range []int{limit - 1, limit, limit + 1} {
		event := `{"a":"` + strings.Repeat("x", n-8) + `"}`
		for _, in := range []string{event, event + "\n", "[" + event + "]", event + event} {
			for _, it := range collect(t, New(strings.NewReader(in), "-", Options{MaxEventBytes: limit})) {
				if (it.Reject != nil) != (n > limit) {
					t.Errorf("%d bytes in %q: %+v", n, in, it.Reject)
				}
			}
		}
	}
}
