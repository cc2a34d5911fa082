package storetest

import (
	"bytes"

	"github.com/wnotify/wnotify/store"
)

// reject makes one of so many bytes.
func reject(id string, minute, size int) store.Reject {
	return store.Reject{
		ID: id, At: after(minute), Source: "/var/log/" + id, Line: 3, Offset: 99, Size: int64(size) + 1000,
		SHA256: "c0ffee", Reason: "not JSON", For: []string{"siem", "soc"}, Data: bytes.Repeat([]byte{'{'}, size),
	}
}

func (b *bench) rejects() []string {
	b.Helper()
	var ids []string
	for r, err := range b.s.Rejects(b.Context()) {
		if err != nil {
			b.Fatalf("listing the rejects: %v", err)
		}
		ids = append(ids, r.ID)
	}
	return ids
}

var rejectChecks = []check{
	{"reject/comes back whole", func(b *bench) {
		want := reject("one", 1, 20)
		want.Data = []byte("\x00\n\xff{\n\n")
		b.commit(store.Change{Rejects: []store.Reject{want}})
		for got, err := range b.s.Rejects(b.Context()) {
			gotText, wantText := asJSON(got), asJSON(want)
			if err != nil || gotText != wantText || !bytes.Equal(got.Data, want.Data) {
				b.Errorf("a reject came back as %s with %q, %v\nwant %s with %q", gotText, got.Data, err, wantText, want.Data)
			}
		}
		b.equal("rejects", b.rejects(), []string{"one"})
	}},
	{"reject/oldest first, each once", func(b *bench) {
		for i, id := range []string{"m", "a", "z", "a", "m", "k"} {
			minute := map[string]int{"m": 0, "a": 1, "z": 2, "k": 3}[id]
			b.commit(store.Change{ID: "change-" + id + string(rune('0'+i)), Rejects: []store.Reject{reject(id, minute, 10)}})
		}
		b.equal("rejects", b.rejects(), []string{"m", "a", "z", "k"})
	}},
	{"reject/the cap is for all, and what does not fit is not kept", func(b *bench) {
		b.commit(store.Change{RejectsCap: 30, Rejects: []store.Reject{reject("a", 1, 10), reject("b", 2, 10)}})
		b.commit(store.Change{RejectsCap: 30, Rejects: []store.Reject{reject("c", 3, 11)}})
		b.equal("rejects", b.rejects(), []string{"a", "b"})
		b.commit(store.Change{RejectsCap: 30, Rejects: []store.Reject{reject("d", 4, 10), reject("e", 5, 1)}})
		b.equal("rejects", b.rejects(), []string{"a", "b", "d"})
	}},
	{"reject/one that does not fit hurts nothing else", func(b *bench) {
		c := everything()
		c.RejectsCap = 5
		b.commit(c)
		b.equal("rejects", b.rejects(), nil)
		b.holds("siem", "1:one 2:two")
		b.rider("cursors/f", 1, "12")
	}},
	{"reject/no cap is no limit", func(b *bench) {
		b.commit(store.Change{Rejects: []store.Reject{reject("a", 1, 65536), reject("b", 2, 65536)}})
		b.equal("rejects", b.rejects(), []string{"a", "b"})
	}},
	{"reject/forgetting", func(b *bench) {
		b.commit(store.Change{RejectsCap: 30, Rejects: []store.Reject{reject("a", 1, 10), reject("b", 2, 10), reject("c", 3, 10)}})
		b.commit(store.Change{Forget: []string{"b", "unknown"}})
		b.equal("rejects", b.rejects(), []string{"a", "c"})
		b.commit(store.Change{RejectsCap: 30, Rejects: []store.Reject{reject("d", 4, 10)}})
		b.equal("rejects after room was made", b.rejects(), []string{"a", "c", "d"})
	}},
}
