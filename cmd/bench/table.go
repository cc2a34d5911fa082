//go:build bench && linux

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// row is a line of the table.
type row struct {
	test, what, ours, peer, ratio, target, verdict string
}

const (
	met     = "met"
	failing = "**missed**"
)

// target is what a ratio of ours to a peer's is to be: at most, or at least.
type target struct {
	bound float64 // 0 is no target
	least bool
}

func most(bound float64) target  { return target{bound: bound} }
func least(bound float64) target { return target{bound: bound, least: true} }

func (t target) String() string {
	if t.least {
		return fmt.Sprintf("≥ %.4g", t.bound)
	}
	return fmt.Sprintf("≤ %.4g", t.bound)
}

func (t target) verdict(x float64) string {
	switch {
	case t.bound == 0:
		return ""
	case t.least && x >= t.bound, !t.least && x <= t.bound:
		return met
	}
	return failing
}

// compare adds a row with the medians of both sides; the ratio is the median of
// those of the rounds, since what disturbs a round disturbs both sides of it.
func (b *bench) compare(test, what, peer string, ours, theirs []float64, t target) {
	r := row{test: test, what: what, ours: show(median(ours)), peer: absent, verdict: "not measured"}
	if t.bound > 0 {
		r.target = t.String() + " ×"
	}
	if len(theirs) > 0 {
		var ratios []float64
		for i := range ours {
			ratios = append(ratios, ours[i]/theirs[i])
		}
		x := median(ratios)
		r.peer, r.ratio, r.verdict = show(median(theirs))+" "+peer, fmt.Sprintf("%.2f", x), t.verdict(x)
	}
	b.rows = append(b.rows, r)
}

// within adds a row for a figure that has an absolute target.
func (b *bench) within(test, what, unit string, ours []float64, t target) {
	x := median(ours)
	r := row{test: test, what: what, ours: show(x), verdict: t.verdict(x)}
	if t.bound > 0 {
		r.target = t.String() + " " + unit
	}
	b.rows = append(b.rows, r)
}

// missed counts the targets that are.
func (b *bench) missed() int {
	n := 0
	for _, r := range b.rows {
		if r.verdict == failing {
			n++
		}
	}
	return n
}

func (b *bench) print(w io.Writer) {
	fmt.Fprintln(w, "| test | what | wnotify | peer | ratio | target | verdict |\n|---|---|---|---|---|---|---|")
	for _, r := range b.rows {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", r.test, r.what, r.ours, r.peer, r.ratio, r.target, r.verdict)
	}
	if len(b.syncs) > 0 {
		fmt.Fprintln(w, "\n| what was traced | events | fsync and fdatasync | by 1000 events |\n|---|---|---|---|")
		for _, s := range b.syncs {
			fmt.Fprintf(w, "| %s | %d | %d | %s |\n", s.what, s.events, s.calls, show(float64(s.calls)/float64(s.events)*1000))
		}
	}
	fmt.Fprintf(w, "\nMedians of %d rounds. %s\n", b.rounds, strings.Join(machine(b.dir), "; "))
	if len(b.notes) == 0 {
		fmt.Fprintln(w, "\nNo run lost an event or delivered one twice.")
	}
	for _, n := range slices.Compact(b.notes) {
		fmt.Fprintln(w, "\n* "+n)
	}
}

// median of no figures is 0.
func median(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(x))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// each takes a figure from each sample.
func each(from []sample, figure func(sample) float64) []float64 {
	all := make([]float64, len(from))
	for i, s := range from {
		all[i] = figure(s)
	}
	return all
}

func show(x float64) string {
	if x >= 1000 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}
