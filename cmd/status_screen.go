package cmd

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

// draw is the one screen a person opens: a line for the state of each
// integration, one for its numbers, and more only where there is more to say.
func (a *app) draw(b board) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "config  %s%s\nstate   %s%s\n", b.Config, a.origin(b.paths.Why.Config), b.State, a.origin(b.paths.Why.State))
	if b.Host != "" {
		fmt.Fprintf(&out, "host    %s\n", ui.Clean(b.Host))
	}
	if len(b.Items) == 0 && !b.unread {
		fmt.Fprintf(&out, "\nthere is no integration yet; add one: wnotify integration add NAME --url URL\nor see it all at work first: wnotify demo\n")
	}
	if len(b.Items) > fewItems && a.out.Terminal {
		a.drawTable(&out, b)
	} else {
		for _, i := range b.Items {
			fmt.Fprintln(&out)
			a.drawItem(&out, i, b.At)
		}
	}
	if len(b.Problems) > 0 {
		fmt.Fprintf(&out, "\n%s\n", a.out.Paint(ui.Bad, "Needs a person:"))
		for _, p := range b.Problems {
			fmt.Fprintf(&out, "  %s\n", a.out.Fold(p.line(), 2, 4))
		}
	}
	return out.Bytes()
}

func (a *app) origin(why string) string {
	if why == "" {
		return ""
	}
	return a.out.Paint(ui.Faint, "  ("+why+")")
}

const (
	barWidth = 26
	margin   = "  "
)

func (a *app) drawItem(out *bytes.Buffer, i statusItem, now time.Time) {
	state := a.stateWords(i, now)
	about := i.Type + " " + i.URL
	if i.Type == "" {
		about = ""
	}
	fmt.Fprintf(out, "%s  %s", a.title(i.Name), a.out.Paint(colorOf(i.State), a.out.Fold(state, ui.WidthOf(i.Name)+2, 2*len(margin))))
	if about != "" {
		fmt.Fprintf(out, "\n%s%s", margin, a.out.Paint(ui.Faint, a.out.Fit(ui.Clean(about), len(margin))))
	}
	fmt.Fprintln(out)
	if i.Host != "" {
		fmt.Fprintf(out, "%shost       %s delivers it\n", margin, ui.Clean(i.Host))
	}
	if i.Queued > 0 {
		fmt.Fprintf(out, "%squeued     %s, %s, the oldest %s\n", margin, ui.Plural(i.Queued, "event"), ui.Bytes(i.Bytes), ui.When(i.Oldest, now))
	}
	if recent := now.Sub(i.LastErrorAt) < i.span; i.LastError != "" && (recent || i.health.Failing()) {
		head := fmt.Sprintf("%slast error %s: ", margin, ui.When(i.LastErrorAt, now))
		fmt.Fprintf(out, "%s%s\n", head, a.out.Fit(ui.Clean(i.LastError), len(head)))
	}
	if i.Window.Requests > 0 {
		a.drawWindow(out, i)
	}
	if i.DeliveredToday > 0 || slices.Max(i.Hours) > 0 {
		fmt.Fprintf(out, "%sdelivered  %s today, by hour %s\n", margin, ui.Count(i.DeliveredToday), a.out.Sparkline(i.Hours))
	}
	if i.Dead > 0 {
		fmt.Fprintf(out, "%sdead       %s\n", margin, a.out.Paint(ui.Bad, ui.Plural(i.Dead, "letter")))
	}
}

// drawWindow draws how far the failures are from the limit.
func (a *app) drawWindow(out *bytes.Buffer, i statusItem) {
	w := i.Window
	share := float64(w.Failures) / float64(max(w.Requests, 1))
	bar := a.out.Bar(share, float64(w.Limit)/100, barWidth)
	switch {
	case w.Limit > 0 && w.Percent >= int64(w.Limit):
		bar = a.out.Paint(ui.Bad, bar)
	case w.Failures > 0:
		bar = a.out.Paint(ui.Warn, bar)
	}
	limit := "no limit"
	if w.Limit > 0 {
		limit = fmt.Sprintf("limit %d%%", w.Limit)
	}
	fmt.Fprintf(out, "%sfailures   %s %d%% of %s in %s, %s\n", margin, bar, w.Percent, ui.Count(w.Requests), ui.Duration(i.span), limit)
}

// stateWords is the state of an integration in words.
func (a *app) stateWords(i statusItem, now time.Time) string {
	switch {
	case i.Reason != "":
		return i.State + ": " + ui.Clean(i.Reason)
	case i.State == dispatch.StateAutoDisabled:
		return i.health.Shown(ui.Duration(i.span)) + ", " + ui.When(i.health.Lane.Record.Tripped.At, now)
	case i.State == dispatch.StateOrphaned:
		return i.State + ": it is not in the configuration"
	case i.State != dispatch.StateWaiting:
		return i.State
	case i.Attempt == 0:
		return i.State + " to be delivered"
	case i.NextAttempt.After(now):
		return fmt.Sprintf("%s: attempt %d %s", i.State, i.Attempt+1, ui.When(i.NextAttempt, now))
	}
	return fmt.Sprintf("%s: attempt %d is due", i.State, i.Attempt+1)
}
