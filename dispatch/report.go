package dispatch

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/store"
)

// report tells what a settled attempt was: changes of state aloud, the rest for
// those who ask.
func (l *lane) report(v Verdict) {
	log := l.Log.With().Str("integration", l.name).Int("events", v.Piece.Events).Logger()
	switch v.Outcome {
	case Delivered:
		l.sum.delivered(l.name, int64(v.Piece.Events))
		log.Debug().Msg("delivered")
	case Dead:
		l.sum.dropped(l.name, int64(v.Piece.Events))
		level, text := zerolog.WarnLevel, "gave up: kept as a dead letter"
		switch told := l.deaths.tell(time.Now()); {
		case told > maxShown:
			level = zerolog.InfoLevel
		case told == maxShown:
			text += "; for a minute, more are only counted (wnotify dead list shows them)"
		}
		log.WithLevel(level).Int("attempts", v.Letter.Attempts).Int("status", v.Letter.Status).
			Str("reason", v.Letter.Reason).Str("id", v.Letter.ID).Msg(text)
	case Retry, Halved, Aside:
		log.Info().Str("outcome", string(v.Outcome)).Str("key", v.Piece.Key).
			Int("attempt", v.Piece.Attempt+1).Str("reason", v.Record.LastError).Msg("attempt failed")
	case Interrupted:
	}
	if v.Tripped {
		t := v.Record.Tripped
		l.sum.trip(l.name)
		log.Warn().Int64("failures", t.Failures).Int64("requests", t.Requests).
			Msg("disabled automatically: too many requests failed")
	}
}

// burst counts what comes all at once, so that not all of it is told one by
// one: a large batch that is refused event by event is one thing that happened.
type burst struct {
	n     int
	began time.Time
}

// burstSpan is how long a burst lasts at most.
const burstSpan = time.Minute

// tell counts one more, and returns which one of its burst it is, from 1.
func (b *burst) tell(now time.Time) int {
	if now.Sub(b.began) >= burstSpan {
		*b = burst{began: now}
	}
	b.n++
	return b.n
}

// local notes that a file of the integration cannot be used, or that this
// machine has no descriptor left: its events wait, nothing is counted. A reason
// is told once.
func (l *lane) local(err error) {
	l.held.Store(true)
	l.unfit.Store(true)
	l.sum.hold(l.name, err)
	if text := err.Error(); text != l.heldBy {
		l.heldBy = text
		l.Log.Warn().Str("integration", l.name).Err(err).Msg("waiting")
	}
}

// usable notes that what held the integration is over, as usual.
func (l *lane) usable() {
	l.unfit.Store(false)
	if l.heldBy != "" {
		l.heldBy = ""
		l.sum.release(l.name)
		l.Log.Info().Str("integration", l.name).Msg("it waits no longer")
	}
}

// policy is how the outcomes of the lane are judged today.
func (l *lane) policy(i Integration) Policy {
	s := l.Settings()
	p := Policy{Schedule: i.Schedule, Repeat: i.Repeat, Disable: s.AutoDisable}
	if s.Queue.MaxDead > 0 && l.dead >= s.Queue.MaxDead {
		p.Repeat = true // no room for more dead letters: keep it in the queue
	}
	return p
}

// brokenEvent is the system event of an automatic disable, for every other
// enabled integration that selects it.
func (l *lane) brokenEvent(i Integration, t store.Tripped, reason string) []store.Block {
	s := l.Settings()
	line := s.Account.IntegrationBroken(inEvents(i), event.Failures{
		Reason: reason, Failed: t.Failures, Total: t.Requests, Window: s.AutoDisable.Policy.Window,
	})
	return l.systemBlocks(line, i.Name, t.At)
}

// newID is a random name for a lane.
func newID() string { return strings.ToLower(rand.Text()[:16]) }
