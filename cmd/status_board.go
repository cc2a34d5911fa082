package cmd

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/wnotify/wnotify/dispatch"
)

// board is what status shows.
type board struct {
	Config   string          `json:"config"`
	State    string          `json:"state"`
	Host     string          `json:"host,omitempty"` // this one among those that share the queue
	At       time.Time       `json:"at"`
	Items    []statusItem    `json:"items"`
	Rejects  int64           `json:"rejects"` // of the last 24 h
	Problems []statusProblem `json:"problems"`

	paths  places
	unread bool // there is a configuration, and it cannot be used
}

// statusItem is one integration as status shows it.
type statusItem struct {
	Name           string       `json:"name"`
	Title          string       `json:"title,omitempty"`
	Type           string       `json:"type,omitempty"`
	URL            string       `json:"url,omitempty"`
	Enabled        *bool        `json:"enabled,omitempty"` // absent: not in the configuration
	State          string       `json:"state"`
	Reason         string       `json:"reason,omitempty"`
	Queued         int64        `json:"queued"`
	Bytes          int64        `json:"bytes"`
	Oldest         time.Time    `json:"oldest,omitzero"`
	NextAttempt    time.Time    `json:"next_attempt,omitzero"`
	Attempt        int          `json:"attempt,omitempty"` // failures so far of what is tried next
	Host           string       `json:"host,omitempty"`    // that delivers it at this moment, of those that share the queue
	LastError      string       `json:"last_error,omitempty"`
	LastErrorAt    time.Time    `json:"last_error_at,omitzero"`
	LastSuccess    time.Time    `json:"last_success,omitzero"`
	Window         statusWindow `json:"window"`
	DeliveredToday int64        `json:"delivered_today"`
	Dead           int64        `json:"dead"`
	Hours          []int64      `json:"hours"` // events delivered in each of the last 12, oldest first

	health dispatch.Health
	limit  int64 // bytes of the queue
	room   int64 // bytes of its dead letters; 0: any
	span   time.Duration
}

// statusWindow is the failure window: at limit percent the integration is
// disabled.
type statusWindow struct {
	Requests int64 `json:"requests"`
	Failures int64 `json:"failures"`
	Percent  int64 `json:"percent"`
	Limit    int   `json:"limit,omitempty"` // absent: automatic disable is off
}

// board gathers what status shows, of the named integrations or of all. With an
// error it holds what could be had.
func (a *app) board(ctx context.Context, l *lookout, w *watching, names []string) (board, error) {
	p := a.places()
	now := a.env.Now()
	b := board{Config: p.Config, State: p.State, At: now.UTC(), Items: []statusItem{}, Problems: []statusProblem{}, paths: p}
	_, missing := errors.AsType[*failure](l.trouble)
	b.unread = l.trouble != nil && !missing
	health, err := l.Health(ctx, now)
	if err != nil && health == nil {
		return b, err
	}
	leaders, leadersErr := l.leaders(ctx)
	b.Host = leaders.host
	held := a.heldBy(l)
	for _, h := range health {
		if len(names) == 0 || slices.Contains(names, h.Name) {
			i := l.statusOf(h, held[h.Name])
			i.Host = leaders.of[h.Name]
			b.Items = append(b.Items, i)
		}
	}
	rejects, rejectsErr := l.rejectsSince(ctx, now.Add(-24*time.Hour))
	if b.Rejects = rejects; len(names) > 0 {
		b.Rejects = 0 // they belong to no integration
	}
	b.Problems = append(b.Problems, b.problems(w.oldest)...)
	return b, errors.Join(err, leadersErr, rejectsErr)
}

func (l *lookout) statusOf(h dispatch.Health, held string) statusItem {
	s := l.Settings()
	rec := h.Lane.Record
	i := statusItem{
		Name: h.Name, State: h.State, Queued: h.Lane.Events, Bytes: h.Lane.Bytes, Oldest: h.Lane.Oldest.UTC(),
		NextAttempt: h.NextAttempt.UTC(), Attempt: h.Attempt, LastError: h.LastError, LastErrorAt: rec.LastFailure.UTC(),
		LastSuccess: rec.LastSuccess.UTC(), DeliveredToday: h.Today, Dead: h.Lane.Dead, Hours: h.Spark,
		Window: statusWindow{Requests: h.Requests, Failures: h.Failures, Percent: h.Percent()},
		health: h, limit: s.Queue.MaxBytes, room: s.Queue.MaxDead, span: s.AutoDisable.Policy.Window,
	}
	if s.AutoDisable.Enabled {
		i.Window.Limit = s.AutoDisable.Policy.Percent
	}
	if h.Integration != nil && l.trouble == nil {
		e := h.Integration
		i.Title, i.Type, i.URL, i.Enabled = e.Title, e.Type, l.client.Shown(e.Endpoint), &e.Enabled
	}
	if held != "" && (h.State == dispatch.StateOK || h.State == dispatch.StateWaiting) {
		i.State, i.Reason, i.NextAttempt = dispatch.StateWaiting, held, time.Time{}
	}
	return i
}

// heldBy tells which integrations are held by a file they cannot use, and why.
// What only the service can see (its environment, its credentials) is left out.
func (a *app) heldBy(l *lookout) map[string]string {
	held := map[string]string{}
	if l.trouble != nil {
		return held
	}
	for _, p := range l.file.CheckFiles(a.env.Getenv) {
		for _, i := range l.Settings().Integrations {
			key, ok := p.Of(i.Name)
			if ok && !p.Warning && held[i.Name] == "" && !a.elsewhere(i.Endpoint, key) {
				held[i.Name] = p.Message
			}
		}
	}
	return held
}

// rejectsSince counts the rejects that were read since a time.
func (l *lookout) rejectsSince(ctx context.Context, since time.Time) (n int64, err error) {
	for r, err := range l.Store.Rejects(ctx) {
		if err != nil {
			return n, err
		}
		if !r.At.Before(since) {
			n++
		}
	}
	return n, nil
}
