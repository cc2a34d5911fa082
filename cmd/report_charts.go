package cmd

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
)

// htmlCharts draws the four charts of an integration.
func (r *reportData) htmlCharts(b *bytes.Buffer, id string, i reportItem) {
	about := fmt.Sprintf("By %s from %s to %s; the numbers are in the table below.", r.by(), moment(r.Since), moment(r.Until))
	const fewest = 4 // the axis of a count has whole numbers
	base := ui.Chart{About: about}
	for _, p := range i.Series {
		label := p.Start.Format("15:04")
		if time.Duration(r.Width) > time.Hour {
			label = p.Start.Format("01-02")
		}
		base.Labels = append(base.Labels, label)
	}
	values := func(of func(reportPart) float64) []float64 {
		list := make([]float64, len(i.Series))
		for n, p := range i.Series {
			list[n] = of(p)
		}
		return list
	}
	latency := func(of func(latencies) ui.Milliseconds) []float64 {
		return values(func(p reportPart) float64 {
			if p.Requests == 0 {
				return math.NaN()
			}
			return float64(time.Duration(of(p.Latency)).Milliseconds())
		})
	}

	b.WriteString("<div class=\"charts\">\n")
	events := base
	events.ID, events.Title, events.Unit, events.Most = id+"e", "Events delivered to "+i.Name, plainNumber, fewest
	events.Series = []ui.Series{{Name: "events", Class: "delivered", Values: values(func(p reportPart) float64 { return float64(p.Events) })}}
	figure(b, "Events delivered", events)

	requests := base
	requests.ID, requests.Title, requests.Unit, requests.Most = id+"r", "Requests to "+i.Name, plainNumber, fewest
	requests.Series = []ui.Series{
		{Name: "delivered", Class: "delivered", Values: values(func(p reportPart) float64 { return float64(p.Requests - p.Failures) })},
		{Name: "failed", Class: "failed", Values: values(func(p reportPart) float64 { return float64(p.Failures) })},
	}
	figure(b, "Requests", requests)

	rate := base
	rate.ID, rate.Title, rate.Kind, rate.Most, rate.Limit = id+"f", "Share of failed requests to "+i.Name, ui.Lines, 100, float64(i.Limit)
	rate.Unit = func(v float64) string { return plainNumber(v) + "%" }
	rate.Series = []ui.Series{{Name: "failed", Class: "rate", Values: values(func(p reportPart) float64 {
		if p.Requests == 0 {
			return math.NaN()
		}
		return float64(p.Failures) * 100 / float64(p.Requests)
	})}}
	figure(b, fmt.Sprintf("Failed requests (now %d%% in %s)", i.Window.Percent, ui.Duration(r.window)), rate)

	took := base
	took.ID, took.Title, took.Kind = id+"l", "Latency of requests to "+i.Name, ui.Lines
	took.Unit = func(v float64) string { return ui.Duration(time.Duration(v * float64(time.Millisecond))) }
	took.Series = []ui.Series{
		{Name: "p50", Class: "p50", Values: latency(func(l latencies) ui.Milliseconds { return l.P50 })},
		{Name: "p95", Class: "p95", Values: latency(func(l latencies) ui.Milliseconds { return l.P95 })},
		{Name: "p99", Class: "p99", Values: latency(func(l latencies) ui.Milliseconds { return l.P99 })},
	}
	figure(b, "Latency", took)
	b.WriteString("</div>\n")
}

// figure is a chart with its caption and the key to its series.
func figure(b *bytes.Buffer, caption string, c ui.Chart) {
	fmt.Fprintf(b, "<figure><figcaption>%s", ui.Escape(caption))
	for _, s := range c.Series {
		if len(c.Series) > 1 {
			fmt.Fprintf(b, ` <span class="key"><i class="%s"></i>%s</span>`, s.Class, ui.Escape(s.Name))
		}
	}
	fmt.Fprintf(b, "</figcaption>\n%s\n</figure>\n", c.SVG())
}

// plainNumber writes a count, or a share, without more digits than it has.
func plainNumber(v float64) string {
	if v == math.Trunc(v) {
		return ui.Count(int64(v))
	}
	return strconv.FormatFloat(v, 'f', 1, 64)
}
