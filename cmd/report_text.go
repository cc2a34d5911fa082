package cmd

import (
	"fmt"
	"io"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
)

// text writes the report for a terminal, a pipe or a mail; s says what may be
// shown there.
func (r *reportData) text(s *ui.Stream, w io.Writer) {
	fmt.Fprintf(w, "%s to %s, by %s\n", moment(r.Since), moment(r.Until), r.by())
	if len(r.Items) == 0 {
		fmt.Fprintf(w, "\nthere is no integration yet\n")
	}
	for _, i := range r.Items {
		fmt.Fprintln(w)
		r.textItem(s, w, i)
	}
}

func (r *reportData) textItem(s *ui.Stream, w io.Writer, i reportItem) {
	fmt.Fprintf(w, "%s  %s\n", s.Paint(ui.Bold, i.Name), s.Paint(colorOf(i.State), i.words))
	events := make([]int64, len(i.Series))
	for n, p := range i.Series {
		events[n] = p.Events
	}
	fmt.Fprintf(w, "  delivered  %s, %s, in %s\n", ui.Plural(i.Events, "event"), ui.Bytes(i.Bytes), ui.Plural(i.Requests-i.Failures, "request"))
	if i.Events > 0 && len(events) <= 60 {
		fmt.Fprintf(w, "             %s\n", s.Sparkline(events))
	}
	if i.Requests > 0 {
		limit := "no limit"
		if i.Limit > 0 {
			limit = fmt.Sprintf("limit %d%%", i.Limit)
		}
		fmt.Fprintf(w, "  failures   %s %d%% of %s, %s\n", s.Bar(float64(i.Failures)/float64(i.Requests), float64(i.Limit)/100, barWidth),
			i.Percent, ui.Plural(i.Requests, "request"), limit)
		fmt.Fprintf(w, "  latency    p50 %s, p95 %s, p99 %s\n", short(i.Latency.P50), short(i.Latency.P95), short(i.Latency.P99))
	}
	if i.GivenUp > 0 {
		fmt.Fprintf(w, "  given up   %s\n", ui.Plural(i.GivenUp, "event"))
	}
	now := "nothing"
	if i.Queued > 0 {
		now = fmt.Sprintf("%s, the oldest %s", ui.Plural(i.Queued, "event"), ui.When(i.Oldest, r.At))
	}
	if i.Dead > 0 {
		now += ", " + ui.Plural(i.Dead, "dead letter")
	}
	fmt.Fprintf(w, "  queue now  %s\n", now)
	for n, c := range i.Causes {
		head := "causes"
		if n > 0 {
			head = ""
		}
		fmt.Fprintf(w, "  %-9s  %s\n", head, s.Fit(fmt.Sprintf("%s × %s, last %s", ui.Count(c.Failures), c.words(), ui.When(c.Last, r.At)), 13))
	}
	if i.Requests == 0 {
		return
	}
	fmt.Fprintf(w, "\n  %-11s %9s %9s %9s %8s %8s %8s\n", "UTC", "EVENTS", "REQUESTS", "FAILED", "P50", "P95", "P99")
	for _, p := range i.Series {
		if p.Requests > 0 {
			fmt.Fprintf(w, "  %-11s %9s %9s %9s %8s %8s %8s\n", r.label(p), ui.Count(p.Events), ui.Count(p.Requests), ui.Count(p.Failures),
				short(p.Latency.P50), short(p.Latency.P95), short(p.Latency.P99))
		}
	}
}

// words are a reason in a line.
func (f reportFail) words() string {
	switch {
	case f.Status == 0:
		return ui.Clean(f.Error)
	case f.Error == "":
		return fmt.Sprintf("HTTP %d", f.Status)
	}
	return fmt.Sprintf("HTTP %d: %s", f.Status, ui.Clean(f.Error))
}

func short(m ui.Milliseconds) string { return ui.Duration(time.Duration(m)) }
