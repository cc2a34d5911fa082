package bolt_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// A block whose head goes into the room before it reads like any other, its
// events are not touched, and room that lies elsewhere is left alone.
func TestRoomForTheHead(t *testing.T) {
	events := []byte("{\"a\":1}\n{\"a\":2}\n")
	tight := append(make([]byte, 10), events...)
	wide := append(make([]byte, 1000), events...)
	for name, b := range map[string]store.Block{
		"none":      {Data: bytes.Clone(events)},
		"too small": {Room: tight[:10], Data: tight[10:]},
		"enough":    {Room: wide[:1000], Data: wide[1000:]},
		"elsewhere": {Room: make([]byte, 500, 2000), Data: bytes.Clone(events)},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := bolt.Open(t.TempDir(), bolt.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			b.Lanes, b.Count, b.Put = []store.Target{{Lane: "siem"}, {Lane: strings.Repeat("x", 60)}}, 2, time.Now()
			if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{b}}); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Data, events) {
				t.Fatalf("the events of the caller are %q", b.Data)
			}
			clear(b.Room) // it is the caller's again
			for _, target := range b.Lanes {
				runs, err := s.Read(t.Context(), target.Lane, 1, store.Limit{Events: 10})
				if err != nil || len(runs) != 1 || !bytes.Equal(runs[0].Data, events) {
					t.Fatalf("%v, %v", runs, err)
				}
			}
		})
	}
}

// What changed between the computing of its sum and the disk is never handed
// out.
func TestBlockIsCheckedAgainstItsFirstSum(t *testing.T) {
	s, err := bolt.Open(t.TempDir(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	b := store.Block{Lanes: []store.Target{{Lane: "siem"}}, Count: 1, Data: []byte("{\"a\":1}\n"), Sum: 1, Put: time.Now()}
	if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{b}}); err != nil {
		t.Fatal(err)
	}
	var corrupt *store.CorruptError
	if runs, err := s.Read(t.Context(), "siem", 1, store.Limit{Events: 10}); !errors.As(err, &corrupt) {
		t.Fatalf("%v, %v", runs, err)
	}
}
