package nats

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/store"
)

func TestTokens(t *testing.T) {
	for in, want := range map[string]string{
		"": "=", "siem": "siem", "a.b": "a=2Eb", "file/64768-12": "file=2F64768-12", "*": "=2A", ">": "=3E", " ": "=20", "=": "=3D", "é": "=C3=A9",
	} {
		if got := token(in); got != want {
			t.Errorf("token(%q) is %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(r, "text"))
		if got, err := text(token(in)); err != nil || got != in {
			r.Fatalf("text(token(%q)) is %q, %v", in, got, err)
		}
	})
}

// drawRefs makes references with holes between them.
func drawRefs(r *rapid.T) []ref {
	var refs []ref
	next := uint64(1)
	for range rapid.IntRange(0, 12).Draw(r, "refs") {
		one := ref{
			first: next + rapid.Uint64Range(0, 3).Draw(r, "hole"), count: rapid.Uint64Range(1, 5).Draw(r, "count"),
			seg: &segment{name: rapid.SampledFrom([]string{"s-a-1", "m-b-2"}).Draw(r, "segment")},
			off: rapid.Uint64Range(0, 1<<30).Draw(r, "offset"), skip: rapid.Uint64Range(0, 9).Draw(r, "skip"),
			put: rapid.Int64().Draw(r, "put"),
		}
		refs = append(refs, one)
		next = one.last() + 1
	}
	return refs
}

func same(a, b ref) bool {
	return a.first == b.first && a.count == b.count && a.seg.name == b.seg.name && a.off == b.off && a.skip == b.skip && a.put == b.put
}

func TestRefsComeBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		refs := drawRefs(r)
		got, err := decodeRefs(encodeRefs(refs))
		if err != nil || !slices.EqualFunc(got, refs, same) {
			r.Fatalf("%+v came back as %+v, %v", refs, got, err)
		}
	})
}

// TestFilter compares with asking for each number alone.
func TestFilter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		refs := drawRefs(r)
		span := func(what string) store.Span {
			first := rapid.Uint64Range(1, 60).Draw(r, what)
			return store.Span{First: first, Last: first + rapid.Uint64Range(0, 6).Draw(r, what+" length")}
		}
		record := store.Record{Through: rapid.Uint64Range(0, 60).Draw(r, "through")}
		for range rapid.IntRange(0, 2).Draw(r, "aside") {
			s := span("aside")
			record.Aside = append(record.Aside, store.Piece{First: s.First, Last: s.Last})
		}
		var drop []store.Span
		for range rapid.IntRange(0, 3).Draw(r, "drops") {
			drop = append(drop, span("drop"))
		}
		type event struct {
			number, place uint64
			off           uint64
		}
		flat := func(refs []ref) (all []event) {
			for _, f := range refs {
				for i := range f.count {
					all = append(all, event{f.first + i, f.skip + i, f.off})
				}
			}
			return all
		}
		want := slices.DeleteFunc(flat(refs), func(e event) bool {
			one := store.Span{First: e.number, Last: e.number}
			return !record.Needs(one) || slices.ContainsFunc(drop, func(d store.Span) bool { return d.First <= e.number && e.number <= d.Last })
		})
		if got := flat(filter(refs, keep(&record, drop))); !slices.Equal(got, want) {
			r.Fatalf("filtering %+v through %d, aside %+v, without %+v left\n%v, want\n%v", refs, record.Through, record.Aside, drop, got, want)
		}
	})
}

func FuzzDecodeRefs(f *testing.F) {
	f.Add(encodeRefs([]ref{{first: 1, count: 2, seg: &segment{name: "s-a-1"}, off: 7, put: 9}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		refs, err := decodeRefs(b)
		if err != nil {
			return
		}
		if again, err := decodeRefs(encodeRefs(refs)); err != nil || !slices.EqualFunc(again, refs, same) {
			t.Errorf("%+v came back as %+v, %v", refs, again, err)
		}
	})
}

func FuzzBlob(f *testing.F) {
	b := builder{segment: new(segment)}
	if _, err := b.add(&store.Block{Count: 1, Data: []byte("x\n"), Seal: &store.Seal{Key: "k"}}); err != nil {
		f.Fatal(err)
	}
	if err := b.encode(); err != nil {
		f.Fatal(err)
	}
	f.Add(b.plain, uint64(0))
	f.Add(b.content, uint64(0))
	f.Fuzz(func(_ *testing.T, raw []byte, off uint64) {
		plain, err := unpack(raw)
		if err != nil {
			plain = raw
		}
		if content, err := decodeBlob(plain); err == nil {
			_, _, _, _ = content.block(off) // no panic is all there is to say
		}
	})
}

func FuzzSlots(f *testing.F) {
	f.Add(encodeSlots([]store.Slot{{Requests: 1}}))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = decodeSlots(b) })
}
