package memory

import (
	"cmp"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

const day = 24 * time.Hour

// remember adds attempts to history and statistics. There is no clock: the
// newest of the attempts says what is old.
func (l *lane) remember(attempts []store.Attempt, retention time.Duration) {
	if len(attempts) == 0 {
		return
	}
	for _, a := range attempts {
		l.attempts = append(l.attempts, a)
		l.count(a)
	}
	byTime := func(a, b store.Attempt) int { return a.At.Compare(b.At) }
	slices.SortStableFunc(l.attempts, byTime)
	newest := slices.MaxFunc(attempts, byTime).At
	if retention > 0 {
		l.attempts = slices.DeleteFunc(l.attempts, func(a store.Attempt) bool { return a.At.Before(newest.Add(-retention)) })
	}
	if over := len(l.attempts) - store.HistoryMax; over > 0 {
		l.attempts = slices.Delete(l.attempts, 0, over)
	}
	l.merge(newest.Add(-store.SlotDetail))
}

// count adds an attempt to the slot of its time.
func (l *lane) count(a store.Attempt) {
	s := store.Slot{Start: a.At.UTC().Truncate(store.SlotWidth), Width: store.SlotWidth}
	s.Add(a)
	l.slots = addSlot(l.slots, s)
}

// merge turns slots that begin before a time into days. A day may stand beside
// slots of its later hours.
func (l *lane) merge(before time.Time) {
	var slots []store.Slot
	for _, s := range l.slots {
		if s.Start.Before(before) {
			s.Start, s.Width = s.Start.Truncate(day), day
		}
		slots = addSlot(slots, s)
	}
	slices.SortStableFunc(slots, func(a, b store.Slot) int {
		return cmp.Or(a.Start.Compare(b.Start), -cmp.Compare(a.Width, b.Width))
	})
	l.slots = slots
}

func addSlot(slots []store.Slot, s store.Slot) []store.Slot {
	for i := range slots {
		if slots[i].Start.Equal(s.Start) && slots[i].Width == s.Width {
			slots[i].Merge(s)
			return slots
		}
	}
	return append(slots, s)
}
