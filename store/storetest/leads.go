package storetest

import (
	"errors"

	"github.com/wnotify/wnotify/store"
)

func (b *bench) lead(name string) store.Lease {
	b.Helper()
	l, err := b.s.Lead(b.Context(), name)
	if err != nil {
		b.Fatalf("leading %s: %v", name, err)
	}
	return l
}

func (b *bench) led(name string) {
	b.Helper()
	if l, err := b.s.Lead(b.Context(), name); !errors.Is(err, store.ErrBusy) {
		b.Errorf("leading %s, which is led, got %v, %v; want ErrBusy", name, l, err)
	}
}

func (b *bench) release(l store.Lease) {
	b.Helper()
	if err := l.Release(); err != nil {
		b.Errorf("releasing a lease: %v", err)
	}
}

var leadChecks = []check{
	{"lead/one at a time", func(b *bench) {
		first := b.lead("siem")
		b.led("siem")
		b.led("siem")
		b.release(first)
		b.release(b.lead("siem"))
	}},
	{"lead/names are apart, and may have slashes", func(b *bench) {
		var leases []store.Lease
		names := []string{"siem", "soc", "file/64768-12-00ff", "file/64768-12-00fe", "Siem"}
		for _, name := range names {
			leases = append(leases, b.lead(name))
		}
		for _, name := range names {
			b.led(name)
		}
		for _, l := range leases {
			b.release(l)
		}
		b.lanes()
	}},
	{"lead/a second release takes nothing from the next leader", func(b *bench) {
		old := b.lead("siem")
		b.release(old)
		b.release(old)
		next := b.lead("siem")
		b.release(old)
		b.led("siem")
		b.release(next)
	}},
	{"lead/is not lost while nobody can take it", func(b *bench) {
		l := b.lead("siem")
		b.put("siem", "a")
		b.settle("siem", func(s *store.Settle) { s.Record.ID, s.Record.Epoch = "lane-id", 1 })
		if l.Lost() == nil {
			b.Errorf("Lost is nil")
		}
		select {
		case <-l.Lost():
			b.Errorf("the lease was lost although nobody took it")
		default:
		}
		b.release(l)
	}},
	{"lead/is needed neither to put nor to settle", func(b *bench) {
		l := b.lead("siem")
		b.put("siem", "a", "b")
		b.advance("siem", 1)
		b.holds("siem", "2:b")
		b.release(l)
	}},
}
