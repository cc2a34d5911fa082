package storetest

import (
	"bytes"
	"strconv"

	"github.com/wnotify/wnotify/store"
)

// letter makes a dead letter with something in every field; its minute is that
// of its death.
func letter(id, lane string, minute int) store.Letter {
	return store.Letter{
		ID: id, Lane: lane, Key: "key-" + id, Format: "json-array", Events: 2, Created: after(minute - 51), Died: after(minute),
		Attempts: 17, Status: 503, Reason: "503 from collector", Data: []byte(id + "-a\n" + id + "-b\n"),
	}
}

func (b *bench) letters(lane string) []string {
	b.Helper()
	var ids []string
	for l, err := range b.s.Letters(b.Context(), lane) {
		if err != nil {
			b.Fatalf("listing the letters of %q: %v", lane, err)
		}
		ids = append(ids, l.ID)
	}
	return ids
}

// dead checks what a lane says of its dead letters.
func (b *bench) dead(lane string, letters, size int64) {
	b.Helper()
	if l := b.lane(lane); l.Dead != letters || l.DeadBytes != size {
		b.Errorf("lane %s says %d dead letters of %d bytes, want %d of %d", lane, l.Dead, l.DeadBytes, letters, size)
	}
}

var letterChecks = []check{
	{"letter/comes back whole", func(b *bench) {
		want := letter("one", "siem", 1)
		want.Data = []byte("\x00\xff\n\r\n")
		b.commit(store.Change{Letters: []store.Letter{want}})
		for got, err := range b.s.Letters(b.Context(), "siem") {
			gotText, wantText := asJSON(got), asJSON(want)
			if err != nil || gotText != wantText || !bytes.Equal(got.Data, want.Data) {
				b.Errorf("a letter came back as %s with %q, %v\nwant %s with %q", gotText, got.Data, err, wantText, want.Data)
			}
		}
		b.equal("letters", b.letters(""), []string{"one"})
	}},
	{"letter/oldest first, of one lane or of all", func(b *bench) {
		for i, id := range []string{"m", "a", "z", "k", "b"} {
			lane := []string{"siem", "soc"}[i%2]
			b.commit(store.Change{Letters: []store.Letter{letter(id, lane, i)}})
		}
		b.equal("letters of all lanes", b.letters(""), []string{"m", "a", "z", "k", "b"})
		b.equal("letters of siem", b.letters("siem"), []string{"m", "z", "b"})
		b.equal("letters of soc", b.letters("soc"), []string{"a", "k"})
		b.equal("letters of a lane without", b.letters("mail"), nil)
	}},
	{"letter/is counted and makes its lane exist", func(b *bench) {
		b.commit(store.Change{Letters: []store.Letter{letter("one", "siem", 1), letter("two", "siem", 2), letter("six", "soc", 3)}})
		b.lanes("siem", "soc")
		b.dead("siem", 2, 24)
		b.dead("soc", 1, 12)
		b.commit(store.Change{Bury: []string{"one"}})
		b.dead("siem", 1, 12)
		b.counts("siem", 0, 0, 0)
	}},
	{"letter/replaces the one with its ID", func(b *bench) {
		b.commit(store.Change{Letters: []store.Letter{letter("one", "siem", 1), letter("two", "siem", 2)}})
		again := letter("one", "siem", 1)
		again.Reason, again.Data = "404 from collector", []byte("x\n")
		b.commit(store.Change{Letters: []store.Letter{again}})
		b.equal("letters", b.letters("siem"), []string{"one", "two"})
		b.dead("siem", 2, 14)
		for l, err := range b.s.Letters(b.Context(), "siem") {
			if l.ID == "one" && (err != nil || l.Reason != again.Reason || string(l.Data) != "x\n") {
				b.Errorf("the letter put last is not there: %+v with %q, %v", l, l.Data, err)
			}
		}
	}},
	{"letter/replaces the one with its ID in another lane", func(b *bench) {
		b.commit(store.Change{Letters: []store.Letter{letter("one", "siem", 1)}})
		b.commit(store.Change{Letters: []store.Letter{letter("one", "soc", 2)}})
		b.equal("letters of siem", b.letters("siem"), nil)
		b.equal("letters", b.letters(""), []string{"one"})
		b.dead("siem", 0, 0)
		b.dead("soc", 1, 12)
	}},
	{"letter/burying", func(b *bench) {
		for i := range 5 {
			b.commit(store.Change{Letters: []store.Letter{letter(strconv.Itoa(i), "siem", i)}})
		}
		b.commit(store.Change{Bury: []string{"3", "unknown", "0"}})
		b.equal("letters", b.letters("siem"), []string{"1", "2", "4"})
		b.commit(store.Change{Bury: []string{"3"}})
		b.equal("letters", b.letters("siem"), []string{"1", "2", "4"})
		b.commit(store.Change{Letters: []store.Letter{letter("9", "siem", 9)}, Bury: []string{"9"}})
		b.equal("after a letter that its own change buries", b.letters("siem"), []string{"1", "2", "4"})
	}},
	{"letter/a replay buries and puts in one change", func(b *bench) {
		dead := letter("one", "siem", 1)
		b.commit(store.Change{Letters: []store.Letter{dead}})
		again := store.Block{
			Lanes: []store.Target{{Lane: "siem"}}, Count: 2, Data: dead.Data, Put: after(2), Seal: &store.Seal{Key: dead.Key, Format: dead.Format},
		}
		b.commit(store.Change{Blocks: []store.Block{again}, Bury: []string{"one"}})
		b.dead("siem", 0, 0)
		b.holds("siem", "1:one-a 2:one-b")
		b.equal("seals", b.seals("siem"), []string{"1:key-one", "2:key-one"})
	}},
}
