package cmd

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

// fewItems is how many integrations a terminal shows with all that there is to
// say; of more it gets a table, with a line for each.
const fewItems = 12

// drawTable is a line for each integration.
func (a *app) drawTable(out *bytes.Buffer, b board) {
	t := ui.Table{Columns: []ui.Column{
		{Title: "NAME", Least: 8},
		{Title: "STATE"},
		{Title: "QUEUED", Right: true},
		{Title: "OLDEST"},
		{Title: "FAILED", Right: true},
		{Title: "DEAD", Right: true},
		{Title: "TODAY", Right: true},
		{Title: "BY HOUR"},
	}}
	for _, i := range b.Items {
		failed := ui.Cell{}
		if i.Window.Requests > 0 {
			failed = ui.Word(fmt.Sprintf("%d%%", i.Window.Percent))
			if i.Window.Failures > 0 {
				failed.Color = ui.Warn
			}
		}
		t.Row(ui.Word(i.Name), ui.Painted(colorOf(i.State), i.State), unlessZero(i.Queued, ""), ui.Moment(i.Oldest, b.At), failed,
			unlessZero(i.Dead, ui.Bad), unlessZero(i.DeliveredToday, ""), ui.Word(a.out.Sparkline(i.Hours)))
	}
	fmt.Fprintf(out, "\n%s\nall about one: wnotify status NAME\n\n", b.census())
	t.Print(a.streamTo(out, ""))
}

// unlessZero is a count; there is nothing to say about none.
func unlessZero(n int64, c ui.Color) ui.Cell {
	if n == 0 {
		return ui.Cell{}
	}
	cell := ui.Number(n)
	cell.Color = c
	return cell
}

// census counts the integrations by their states.
func (b *board) census() string {
	count := map[string]int{}
	for _, i := range b.Items {
		count[i.State]++
	}
	var parts []string
	for _, state := range []string{
		dispatch.StateOK, dispatch.StateWaiting, dispatch.StateDisabled, dispatch.StateAutoDisabled, dispatch.StateOrphaned,
	} {
		if n := count[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	return ui.Plural(int64(len(b.Items)), "integration") + ": " + strings.Join(parts, ", ")
}
