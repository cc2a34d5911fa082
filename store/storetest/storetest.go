// Package storetest is what every engine of the queue passes: the sentences of
// package store, each as a check with a clear answer.
//
//	storetest.Run(t, open)            one handle on an empty state
//	storetest.Shared(t, open)         several handles on one state, as several processes have them
//	storetest.Model(t, open, reopen)  random changes, compared with store/memory after each
//
// Run does everything three times: as it is, with [LostReplies] and with
// [SeparateRiders], so that an engine which is whole stands in for one that is
// weak, and what the layers above may rely on is known from the first day.
//
// It asks only what an interface can answer. That data survives a power cut,
// that a damaged block is found, and what a full disk does are for the tests of
// the engine. The checks run under a small interface, so that the tests of this
// package can turn them on broken engines: see its mutants.
package storetest

import (
	"testing"

	"github.com/wnotify/wnotify/store"
)

// Opener makes an empty store. The suite closes it.
type Opener func(t *testing.T) store.Store

// check is one promise. The store it is given is empty.
type check struct {
	name string
	run  func(b *bench)
}

// Run holds an engine to the contract, also through the weakening wrappers.
func Run(t *testing.T, open Opener) {
	t.Helper()
	for _, v := range variants {
		t.Run(v.name, func(t *testing.T) {
			for _, c := range checks() {
				t.Run(c.name, func(t *testing.T) {
					if why := v.withdraws[c.name]; why != "" {
						t.Skip(why)
					}
					s := open(t)
					defer shut(t, s)
					c.run(&bench{T: t, s: v.wrap(s)})
				})
			}
		})
	}
}

func shut(t *testing.T, s store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Errorf("closing the store: %v", err)
	}
}

// variants are the engines that Run makes of one, with the checks whose promise
// each by its nature does not keep, and why. Nothing else is skipped.
var variants = []struct {
	name      string
	wrap      func(store.Store) store.Store
	withdraws map[string]string
}{
	{
		name: "direct",
		wrap: func(s store.Store) store.Store { return s },
	},
	{
		name: "lost replies",
		wrap: LostReplies,
		withdraws: map[string]string{
			"receipt/blocks":  "the reply that said where the blocks went is the one that was lost",
			"receipt/promise": "the reply that said so was lost; who gets none has to look at the lane",
			"receipt/rejects": "the reply that said how many were kept was lost",
		},
	},
	{
		name: "separate riders",
		wrap: SeparateRiders,
		withdraws: map[string]string{
			"rider/conflict leaves nothing":  "the blocks are in before the riders are looked at",
			"settle/conflict leaves nothing": "blocks and riders are in before the records are looked at",
			"settle/all or none":             "records are written one by one",
		},
	},
}

func checks() []check {
	var all []check
	for _, topic := range [][]check{
		putChecks, receiptChecks, readChecks, settleChecks, asideChecks, dropChecks, nextChecks,
		counterChecks, capChecks, letterChecks, rejectChecks, riderChecks, repeatChecks, removeChecks,
		historyChecks, slotChecks, leadChecks, changedChecks, loopChecks, contextChecks, raceChecks,
	} {
		all = append(all, topic...)
	}
	return all
}
