package dispatch

import (
	"time"

	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store"
)

// triggerRiders is how the keys of what triggers count begin.
const triggerRiders = "triggers/"

// count adds to a plan what the triggers make of its events: their counts, as
// riders, and the alerts that were set off. Both are in the same change as the
// events, so a crash never fires twice, and a crossing is decided on the stored
// count, so two processes fire once.
func (q *committer) count(p *plan) error {
	var notes []trigger.Note
	for _, c := range p.chunks {
		notes = append(notes, c.notes...)
	}
	if len(notes) == 0 {
		return nil
	}
	riders, alerts, err := q.counter.Count(notes)
	if err != nil {
		return err
	}
	p.change.Riders = append(p.change.Riders, riders...)
	p.alerts = alerts
	for _, a := range alerts {
		p.change.Blocks = append(p.change.Blocks, q.alertBlock(a)...)
	}
	return nil
}

// alertBlock is an alert for each integration that the trigger names, whatever
// it selects. One that a person disabled is skipped.
func (q *committer) alertBlock(a trigger.Alert) []store.Block {
	s := q.Settings()
	var targets []store.Target
	for _, name := range a.Rule.Integrations {
		if i, ok := s.Integration(name); ok && i.Enabled {
			targets = append(targets, store.Target{Lane: name})
		}
	}
	if len(targets) == 0 {
		return nil
	}
	return []store.Block{{Lanes: targets, Count: 1, Data: append(a.Line(s.Account), '\n'), Put: time.Now()}}
}

// counted adopts what was counted, and says what a person should know.
func (q *committer) counted(p plan) {
	if len(p.change.Riders) > p.cursors {
		q.counter.Committed()
	}
	s := q.Settings()
	for _, a := range p.alerts {
		q.Log.Info().Str("trigger", a.Rule.Name).Msg("fired")
		for _, name := range a.Rule.Integrations {
			if i, ok := s.Integration(name); !ok || !i.Enabled {
				q.Log.Warn().Str("trigger", a.Rule.Name).Str("integration", name).Msg("not told: it is disabled")
			}
		}
	}
	for _, l := range q.counter.Losses() {
		q.Log.Warn().Str("trigger", l.Trigger).Int("entries", l.Entries).Msg("more to remember than there is room for: the least recent were forgotten")
	}
}
