package cmd

import (
	"slices"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/store"
)

// reportData is what the three forms show.
type reportData struct {
	At    time.Time       `json:"at"`
	Since time.Time       `json:"since"`
	Until time.Time       `json:"until"`
	Width ui.Milliseconds `json:"width"` // of a part: an hour or a day
	Items []reportItem    `json:"items"`

	window  time.Duration // of the failure statistics
	version string
}

// reportItem is one integration in a report.
type reportItem struct {
	Name     string       `json:"name"`
	Type     string       `json:"type,omitempty"`
	URL      string       `json:"url,omitempty"`
	State    string       `json:"state"`
	Requests int64        `json:"requests"`
	Failures int64        `json:"failures"`
	Percent  int64        `json:"percent"`
	Limit    int          `json:"limit,omitempty"`
	Events   int64        `json:"events"` // delivered
	Bytes    int64        `json:"bytes"`  // delivered
	GivenUp  int64        `json:"given_up"`
	Latency  latencies    `json:"latency,omitzero"`
	Queued   int64        `json:"queued"` // now, as everything below
	Oldest   time.Time    `json:"oldest,omitzero"`
	Dead     int64        `json:"dead"`
	Window   statusWindow `json:"window"`
	Causes   []reportFail `json:"causes"`
	Series   []reportPart `json:"series"`

	words string
}

// latencies are percentiles; absent without requests.
type latencies struct {
	P50 ui.Milliseconds `json:"p50,omitzero"`
	P95 ui.Milliseconds `json:"p95,omitzero"`
	P99 ui.Milliseconds `json:"p99,omitzero"`
}

// reportFail is a reason of failures.
type reportFail struct {
	Failures int64     `json:"failures"`
	Status   int       `json:"status,omitempty"`
	Error    string    `json:"error,omitempty"`
	Last     time.Time `json:"last"`
}

// reportPart is an hour, or a day.
type reportPart struct {
	Start    time.Time `json:"start"`
	Requests int64     `json:"requests"`
	Failures int64     `json:"failures"`
	Events   int64     `json:"events"`
	Bytes    int64     `json:"bytes"`
	GivenUp  int64     `json:"given_up"`
	Latency  latencies `json:"latency,omitzero"`
}

func (l *lookout) newReport(span dispatch.Span, now time.Time, all []dispatch.Activity, names []string) *reportData {
	s := l.Settings()
	r := &reportData{
		At: now.UTC(), Since: span.Since, Until: span.Until, Width: ui.Milliseconds(span.Width), Items: []reportItem{},
		window: s.AutoDisable.Policy.Window, version: released().Version,
	}
	for _, a := range all {
		if len(names) > 0 && !slices.Contains(names, a.Name) {
			continue
		}
		st := l.statusOf(a.Health, "")
		i := reportItem{
			Name: a.Name, Type: st.Type, URL: st.URL, State: st.State, words: a.Shown(ui.Duration(r.window)),
			Requests: a.Total.Requests, Failures: a.Total.Failures, Percent: a.Total.Failures * 100 / max(a.Total.Requests, 1),
			Limit: st.Window.Limit, Events: a.Total.Events, Bytes: a.Total.Bytes, GivenUp: a.Total.Dead, Latency: latenciesOf(a.Total),
			Queued: st.Queued, Oldest: st.Oldest, Dead: st.Dead, Window: st.Window, Causes: []reportFail{}, Series: []reportPart{},
		}
		for _, c := range a.Causes {
			i.Causes = append(i.Causes, reportFail{c.Failures, c.Status, c.Error, c.Last.UTC()})
		}
		for _, p := range a.Series {
			i.Series = append(i.Series, reportPart{p.Start.UTC(), p.Requests, p.Failures, p.Events, p.Bytes, p.Dead, latenciesOf(p)})
		}
		r.Items = append(r.Items, i)
	}
	return r
}

func latenciesOf(s store.Slot) latencies {
	if s.Requests == 0 {
		return latencies{}
	}
	at := func(share float64) ui.Milliseconds {
		return ui.Milliseconds(max(dispatch.Percentile(s, share).Round(time.Millisecond), time.Millisecond))
	}
	return latencies{at(0.5), at(0.95), at(0.99)}
}

// label is how a part is called in a table.
func (r *reportData) label(p reportPart) string {
	if time.Duration(r.Width) > time.Hour {
		return p.Start.Format("2006-01-02")
	}
	return p.Start.Format("01-02 15:04")
}

// by is the word for the width of a part.
func (r *reportData) by() string {
	if time.Duration(r.Width) > time.Hour {
		return "day"
	}
	return "hour"
}

// moment is how a report writes a time.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04") + " UTC" }
