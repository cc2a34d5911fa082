package storetest

import (
	"fmt"

	"github.com/wnotify/wnotify/store"
)

// rider checks the rider of a key; revision 0 means there is none.
func (b *bench) rider(key string, revision uint64, value string) {
	b.Helper()
	r, err := b.s.Rider(b.Context(), key)
	if err != nil {
		b.Fatalf("reading rider %s: %v", key, err)
	}
	if r.Revision != revision || string(r.Value) != value || revision > 0 && (r.Key != key || r.Value == nil) {
		b.Errorf("rider %s is %q at revision %d with value %q, want revision %d with %q", key, r.Key, r.Revision, r.Value, revision, value)
	}
}

func rides(key string, revision uint64, value string) store.Change {
	return store.Change{Riders: []store.Rider{{Key: key, Revision: revision, Value: []byte(value)}}}
}

func (b *bench) riders(prefix string) []string {
	b.Helper()
	var got []string
	for r, err := range b.s.Riders(b.Context(), prefix) {
		if err != nil {
			b.Fatalf("listing the riders of %q: %v", prefix, err)
		}
		got = append(got, fmt.Sprintf("%s=%s", r.Key, r.Value))
	}
	return got
}

var riderChecks = []check{
	{"rider/is made, replaced and removed", func(b *bench) {
		b.rider("cursors/f", 0, "")
		b.commit(rides("cursors/f", 0, "10"))
		b.rider("cursors/f", 1, "10")
		b.commit(rides("cursors/f", 1, "20"))
		b.rider("cursors/f", 2, "20")
		b.commit(store.Change{Riders: []store.Rider{{Key: "cursors/f", Revision: 2}}})
		b.rider("cursors/f", 0, "")
		b.equal("riders", b.riders(""), nil)
		b.commit(rides("cursors/f", 0, "30"))
		b.equal("riders", b.riders(""), []string{"cursors/f=30"})
	}},
	{"rider/an empty value is a value", func(b *bench) {
		b.commit(rides("requests/h", 0, ""))
		b.rider("requests/h", 1, "")
		b.equal("riders", b.riders("requests/"), []string{"requests/h="})
	}},
	{"rider/from another revision conflicts", func(b *bench) {
		b.commit(rides("triggers/t", 0, "1"))
		b.commit(rides("triggers/t", 1, "2"))
		before := b.state()
		for _, revision := range []uint64{0, 1, 3} {
			b.conflict(rides("triggers/t", revision, "x"), "rider triggers/t")
			b.conflict(store.Change{Riders: []store.Rider{{Key: "triggers/t", Revision: revision}}}, "rider triggers/t")
		}
		b.conflict(rides("triggers/new", 1, "x"), "rider triggers/new")
		b.unchanged("a stale rider", before)
	}},
	{"rider/all of a change or none", func(b *bench) {
		b.commit(rides("b", 0, "1"))
		before := b.state()
		c := store.Change{Riders: []store.Rider{{Key: "a", Value: []byte("1")}, {Key: "b", Value: []byte("2")}, {Key: "c", Value: []byte("1")}}}
		b.conflict(c, "rider b")
		b.unchanged("a change with one stale rider of three", before)
		c.Riders[1].Revision = 1
		b.commit(c)
		b.equal("riders", b.riders(""), []string{"a=1", "b=2", "c=1"})
	}},
	{"rider/conflict leaves nothing", func(b *bench) {
		b.put("siem", "a")
		before := b.state()
		c := everything()
		c.Riders[1].Revision = 1
		b.conflict(c, "rider requests/h")
		b.unchanged("a change with a stale rider", before)
	}},
	{"rider/listing by prefix, by key", func(b *bench) {
		for _, key := range []string{"triggers/b", "cursors/2", "cursors", "cursors/10", "cursors0", "triggers/a", "cursors/1", "a"} {
			b.commit(rides(key, 0, "v"))
		}
		b.equal("cursors/", b.riders("cursors/"), []string{"cursors/1=v", "cursors/10=v", "cursors/2=v"})
		b.equal("cursors/1", b.riders("cursors/1"), []string{"cursors/1=v", "cursors/10=v"})
		b.equal("none", b.riders("requests/"), nil)
		b.equal("behind the last", b.riders("zz"), nil)
		b.equal("all", b.riders(""), []string{
			"a=v", "cursors=v", "cursors/1=v", "cursors/10=v", "cursors/2=v", "cursors0=v", "triggers/a=v", "triggers/b=v",
		})
	}},
	{"rider/the value of caller and store are not the same memory", func(b *bench) {
		c := rides("a", 0, "value")
		b.commit(c)
		copy(c.Riders[0].Value, "XXXXX")
		r, err := b.s.Rider(b.Context(), "a")
		if err != nil {
			b.Fatalf("reading the rider: %v", err)
		}
		copy(r.Value, "YYYYY")
		b.rider("a", 1, "value")
	}},
	{"rider/the try after a conflict counts and stores once", func(b *bench) {
		b.put("soc", "x")
		b.commit(rides("triggers/t", 0, "5"))
		try := func(settleFrom uint64) error {
			// What a sender does: count on from what it reads. Where the first
			// try has left its riders, it finds its own event counted.
			r, err := b.s.Rider(b.Context(), "triggers/t")
			if err != nil {
				b.Fatalf("reading the rider: %v", err)
			}
			c := rides("triggers/t", r.Revision, fmt.Sprintf("%s+1", r.Value))
			c.ID, c.Blocks = "same", []store.Block{block("siem", "a")}
			c.Settles = []store.Settle{{Lane: "soc", Revision: settleFrom, Record: store.Record{ID: "soc-id"}}}
			_, err = b.s.Commit(b.Context(), c)
			return err
		}
		if err := try(9); err == nil {
			b.Errorf("a stale settle was taken")
		}
		if err := try(0); err != nil {
			b.Fatalf("the second try, with nothing stale, got %v", err)
		}
		b.rider("triggers/t", 2, "5+1")
		b.holds("siem", "1:a")
	}},
}
