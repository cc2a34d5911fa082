package intake

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
)

// mixed has every format, and everything that can be wrong.
const mixed = "\xef\xbb\xbf{\"a\":1}\r\n[{\"b\":1},\n {\"b\":\n2}, 3,\n{\"b\":oops},\n{\"b\":4}]\n" +
	"{\"c\":\"\u00e9\"}{}\n\nnot json\n{\"large\":\"0123456789012345678901234567890123456789\"}\n\xef\xbb\xbf{\"d\":1}\n\xef\xbb\xbf[{\"e\":1}\n,{\"e\":2},{\"e\":3}"

var mixedOptions = Options{MaxEventBytes: 40}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func appendTo(t testing.TB, path, content string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := io.WriteString(f, content); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, path string, o Options) *Reader {
	t.Helper()
	r, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// desk keeps cursors as a caller does: as JSON, by the identity of the file.
type desk struct {
	mu      sync.Mutex
	cursors map[string][]byte
}

func (d *desk) stored(file string) (*Cursor, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	value, ok := d.cursors[file]
	if !ok {
		return nil, nil
	}
	c := new(Cursor)
	return c, json.Unmarshal(value, c)
}

func (d *desk) put(t failer, r *Reader, p Point) {
	t.Helper()
	c, ok := r.Cursor(p)
	if !ok {
		t.Fatalf("no cursor at %+v", p)
	}
	value, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.cursors == nil {
		d.cursors = map[string][]byte{}
	}
	d.cursors[p.File] = value
}

// take reads n items, or all if n is negative, and keeps the cursor behind
// them.
func (d *desk) take(t testing.TB, path string, n int, o Options) ([]Item, *Reader) {
	t.Helper()
	o.Stored = d.stored
	r := open(t, path, o)
	var items []Item
	for n < 0 || len(items) < n {
		it, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		items = append(items, keep(it))
	}
	if k := len(items); k > 0 {
		d.put(t, r, items[k-1].Resume)
	}
	return items, r
}
