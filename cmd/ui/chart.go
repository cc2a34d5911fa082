package ui

import (
	"fmt"
	"math"
	"strings"
)

// Chart is a picture of numbers over time, as SVG without scripts: its colours
// are classes of the page around it, so that it follows light, dark and print.
//
// It is drawn here because no library fits: wcharczuk/go-chart (0.6 MB) writes
// its colours into every element, scales each stacked column to the full height
// and knows no titles for screen readers; those that remain bring JavaScript or
// a multiple of our size.
type Chart struct {
	ID     string // unique in the page, letters and digits
	Title  string
	About  string // what there is to see, for who does not see it
	Labels []string
	Series []Series
	Kind   Kind
	Unit   func(float64) string // of the axis and the tips
	Limit  float64              // a line across; 0: none
	Most   float64              // of the axis; 0: of the values
}

// Series is one row of values, one for each label; NaN is none.
type Series struct {
	Name   string
	Class  string // of the page's style
	Values []float64
}

// Kind is how a chart is drawn.
type Kind int

// The kinds.
const (
	Columns Kind = iota // stacked, the first series at the bottom
	Lines
)

// Size of a chart, in units of its own: it grows with the page.
const (
	chartWidth, chartHeight = 480.0, 190.0
	plotLeft, plotRight     = 50.0, 470.0
	plotTop, plotBottom     = 12.0, 166.0
	axisLabels              = 6    // at most, below the axis
	alone                   = 10.0 // width of a point of a line that has no neighbour
)

// SVG draws the chart.
func (c Chart) SVG() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" viewBox="0 0 %g %g" role="img" aria-labelledby="%s-t %s-d">`, chartWidth, chartHeight, c.ID, c.ID)
	fmt.Fprintf(&b, "\n<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>\n", c.ID, Escape(c.Title), c.ID, Escape(c.About))
	axis := c.axis()
	for _, v := range axis.ticks {
		y := axis.at(v)
		fmt.Fprintf(&b, `<path class="grid" d="M%g %.1fH%g"/><text class="y" x="%g" y="%.1f">%s</text>`+"\n",
			plotLeft, y, plotRight, plotLeft-6, y+3.5, Escape(c.Unit(v)))
	}
	c.drawLabels(&b)
	if c.Kind == Columns {
		c.drawColumns(&b, axis)
	} else {
		c.drawLines(&b, axis)
	}
	if c.Limit > 0 {
		y := axis.at(c.Limit)
		fmt.Fprintf(&b, `<path class="limit" d="M%g %.1fH%g"/><text class="limit" x="%g" y="%.1f">limit %s</text>`+"\n",
			plotLeft, y, plotRight, plotRight-2, y-4, Escape(c.Unit(c.Limit)))
	}
	b.WriteString("</svg>")
	return b.String()
}

func (c Chart) axis() axis {
	most := max(c.Most, c.Limit)
	for i := range c.Labels {
		sum := 0.0
		for _, s := range c.Series {
			switch v := s.Values[i]; {
			case math.IsNaN(v):
			case c.Kind == Columns:
				sum += v
			default:
				sum = max(sum, v)
			}
		}
		most = max(most, sum)
	}
	return newAxis(most)
}

// step is the width of one label's place.
func (c Chart) step() float64 { return (plotRight - plotLeft) / float64(max(len(c.Labels), 1)) }

func (c Chart) drawLabels(b *strings.Builder) {
	every := (len(c.Labels) + axisLabels - 1) / axisLabels
	for i, label := range c.Labels {
		if i%max(every, 1) == 0 {
			fmt.Fprintf(b, `<text class="x" x="%.1f" y="%g">%s</text>`+"\n", plotLeft+(float64(i)+0.5)*c.step(), plotBottom+15, Escape(label))
		}
	}
	fmt.Fprintf(b, `<path class="axis" d="M%g %gH%g"/>`+"\n", plotLeft, plotBottom, plotRight)
}

func (c Chart) drawColumns(b *strings.Builder, a axis) {
	step := c.step()
	wide := max(step*0.72, 1)
	for i, label := range c.Labels {
		fmt.Fprintf(b, "<g><title>%s</title>", Escape(c.tip(i, label)))
		x, below := plotLeft+float64(i)*step+(step-wide)/2, 0.0
		for _, s := range c.Series {
			v := s.Values[i]
			if v <= 0 || math.IsNaN(v) {
				continue
			}
			top, bottom := a.at(below+v), a.at(below)
			fmt.Fprintf(b, `<rect class="%s" x="%.2f" y="%.2f" width="%.2f" height="%.2f"/>`, s.Class, x, top, wide, bottom-top)
			below += v
		}
		fmt.Fprintf(b, `<rect class="touch" x="%.2f" y="%g" width="%.2f" height="%g"/></g>`+"\n", plotLeft+float64(i)*step, plotTop, step, plotBottom-plotTop)
	}
}

func (c Chart) drawLines(b *strings.Builder, a axis) {
	step := c.step()
	for _, s := range c.Series {
		var path strings.Builder
		pen := "M"
		for i, v := range s.Values {
			if math.IsNaN(v) {
				pen = "M"
				continue
			}
			x, y := plotLeft+(float64(i)+0.5)*step, a.at(v)
			if last := i+1 == len(s.Values) || math.IsNaN(s.Values[i+1]); last && pen == "M" {
				fmt.Fprintf(&path, "M%.1f %.1fh%g", x-alone/2, y, alone)
				continue
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", pen, x, y)
			pen = "L"
		}
		fmt.Fprintf(b, `<path class="line %s" d="%s"/>`+"\n", s.Class, path.String())
	}
	for i, label := range c.Labels {
		fmt.Fprintf(b, `<rect class="touch" x="%.2f" y="%g" width="%.2f" height="%g"><title>%s</title></rect>`+"\n",
			plotLeft+float64(i)*step, plotTop, step, plotBottom-plotTop, Escape(c.tip(i, label)))
	}
}

// tip is what is told about one label.
func (c Chart) tip(i int, label string) string {
	lines := []string{label}
	for _, s := range c.Series {
		if v := s.Values[i]; !math.IsNaN(v) {
			lines = append(lines, s.Name+": "+c.Unit(v))
		}
	}
	return strings.Join(lines, "\n")
}
