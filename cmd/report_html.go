package cmd

import (
	"bytes"
	"fmt"
	"io"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

// html writes the report as one page that needs nothing but itself. Every text
// goes through ui.Escape; numbers and our own words need not.
func (r *reportData) html(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<header>\n<h1>Deliveries of wnotify</h1>\n<p>%s to %s, by %s. Made %s.</p>\n</header>\n<main>\n",
		moment(r.Since), moment(r.Until), r.by(), moment(r.At))
	if len(r.Items) == 0 {
		b.WriteString("<p>There is no integration yet.</p>\n")
	} else {
		r.htmlOverview(&b)
	}
	for n, i := range r.Items {
		r.htmlItem(&b, n, i)
	}
	fmt.Fprintf(&b, "</main>\n<footer>wnotify %s. Times are UTC; latencies are read from a histogram and are estimates.</footer>\n", ui.Escape(r.version))
	return ui.Page(w, "wnotify report, "+moment(r.Until), b.String())
}

// htmlOverview is the table of all integrations.
func (r *reportData) htmlOverview(b *bytes.Buffer) {
	b.WriteString(`<div class="wide overview"><table>
<caption>All integrations in this time; queued and dead letters now</caption>
<thead><tr><th class="name" scope="col">Integration</th><th class="name" scope="col">State now</th><th scope="col">Delivered</th><th scope="col">Requests</th><th scope="col">Failed</th><th scope="col">p50</th><th scope="col">p95</th><th scope="col">p99</th><th scope="col">Queued</th><th scope="col">Dead letters</th></tr></thead>
<tbody>
`)
	for _, i := range r.Items {
		fmt.Fprintf(b, `<tr><th class="name" scope="row">%s</th><td class="text state %s">%s</td><td>%s</td><td>%s</td><td>%s</td>`,
			ui.Escape(i.Name), stateClass(i.State), ui.Escape(i.words), ui.Count(i.Events), ui.Count(i.Requests), i.failed())
		fmt.Fprintf(b, "<td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
			i.took(i.Latency.P50), i.took(i.Latency.P95), i.took(i.Latency.P99), ui.Count(i.Queued), ui.Count(i.Dead))
	}
	b.WriteString("</tbody></table></div>\n")
}

// stateClass is how a state is coloured; the word says the same.
func stateClass(state string) string {
	switch state {
	case dispatch.StateOK:
		return "ok"
	case dispatch.StateWaiting, dispatch.StateDisabled:
		return "warn"
	}
	return "bad"
}

// failed is the share of failed requests; a dash without any request.
func (i reportItem) failed() string {
	if i.Requests == 0 {
		return "–"
	}
	return fmt.Sprintf("%s (%d%%)", ui.Count(i.Failures), i.Percent)
}

// took is a latency; a dash without any request.
func (i reportItem) took(m ui.Milliseconds) string {
	if i.Requests == 0 {
		return "–"
	}
	return short(m)
}

func (r *reportData) htmlItem(b *bytes.Buffer, n int, i reportItem) {
	fmt.Fprintf(b, "<section>\n<h2>%s <span class=\"state %s\">%s</span></h2>\n", ui.Escape(i.Name), stateClass(i.State), ui.Escape(i.words))
	if i.Type != "" {
		fmt.Fprintf(b, "<p class=\"about\">%s %s</p>\n", ui.Escape(i.Type), ui.Escape(i.URL))
	}
	b.WriteString("<dl class=\"facts\">\n")
	fact := func(name, value string) { fmt.Fprintf(b, "<div><dt>%s</dt><dd>%s</dd></div>\n", name, value) }
	fact("Events delivered", ui.Count(i.Events))
	fact("Size", ui.Bytes(i.Bytes))
	fact("Requests failed", i.failed())
	fact("Given up", ui.Plural(i.GivenUp, "event"))
	fact("Queued now", ui.Plural(i.Queued, "event"))
	if i.Queued > 0 {
		fact("The oldest waits", ui.Duration(r.At.Sub(i.Oldest)))
	}
	fact("Dead letters now", ui.Count(i.Dead))
	b.WriteString("</dl>\n")
	if i.Requests > 0 {
		r.htmlCharts(b, fmt.Sprintf("c%d", n), i)
		htmlCauses(b, i, r)
		r.htmlNumbers(b, i)
	} else {
		b.WriteString("<p>No request was made in this time.</p>\n")
	}
	b.WriteString("</section>\n")
}

// htmlCauses is the table of the reasons of failures.
func htmlCauses(b *bytes.Buffer, i reportItem, r *reportData) {
	if len(i.Causes) == 0 {
		return
	}
	b.WriteString(`<div class="wide causes"><table><caption>Why requests failed</caption>
<thead><tr><th scope="col">Times</th><th class="text" scope="col">What was said</th><th scope="col">Last</th></tr></thead><tbody>
`)
	for _, c := range i.Causes {
		fmt.Fprintf(b, "<tr><td>%s</td><td class=\"text\">%s</td><td>%s</td></tr>\n", ui.Count(c.Failures), ui.Escape(c.words()), ui.When(c.Last, r.At))
	}
	b.WriteString("</tbody></table></div>\n")
}

// htmlNumbers is what the charts show, as a table.
func (r *reportData) htmlNumbers(b *bytes.Buffer, i reportItem) {
	fmt.Fprintf(b, `<details><summary>The numbers by %s</summary><div class="wide"><table><caption>%s by %s (UTC)</caption>
<thead><tr><th class="name" scope="col">From</th><th scope="col">Events</th><th scope="col">Size</th><th scope="col">Requests</th><th scope="col">Failed</th><th scope="col">Given up</th><th scope="col">p50</th><th scope="col">p95</th><th scope="col">p99</th></tr></thead>
<tbody>
`, r.by(), ui.Escape(i.Name), r.by())
	for _, p := range i.Series {
		part := reportItem{Requests: p.Requests}
		fmt.Fprintf(b, `<tr><th class="name" scope="row">%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>`+"\n",
			r.label(p), ui.Count(p.Events), ui.Bytes(p.Bytes), ui.Count(p.Requests), ui.Count(p.Failures), ui.Count(p.GivenUp),
			part.took(p.Latency.P50), part.took(p.Latency.P95), part.took(p.Latency.P99))
	}
	b.WriteString("</tbody></table></div></details>\n")
}
