package bolt_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
)

// TestStoredShape fails when what is stored as JSON changes. An older version
// that writes a record anew leaves out what it does not know, so a field more
// is a new schema: raise it, convert the old one, then write the new sum here.
func TestStoredShape(t *testing.T) {
	var b strings.Builder
	for _, v := range []any{store.Record{}, store.Attempt{}, store.Slot{}, store.Letter{}, store.Reject{}} {
		shape(&b, reflect.TypeOf(v))
		b.WriteByte('\n')
	}
	sum := sha256.Sum256([]byte(b.String()))
	if got, want := hex.EncodeToString(sum[:8]), "ecd84f671f69e494"; got != want {
		t.Errorf("the stored shape has the sum %s, not %s:\n%s", got, want, b.String())
	}
}

// shape writes the JSON names and kinds of a type.
func shape(b *strings.Builder, t reflect.Type) {
	switch {
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice:
		b.WriteString("*")
		shape(b, t.Elem())
	case t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]():
		b.WriteByte('{')
		for f := range t.Fields() {
			if name := f.Tag.Get("json"); name != "-" {
				fmt.Fprintf(b, "%s ", name)
				shape(b, f.Type)
				b.WriteByte(';')
			}
		}
		b.WriteByte('}')
	default:
		b.WriteString(t.String())
	}
}
