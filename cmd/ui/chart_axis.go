package ui

import "math"

// axis maps values to places: 0 is at the bottom of the plot.
type axis struct {
	most  float64
	ticks []float64
}

// newAxis ends at a round number that holds most, with two to five ticks.
func newAxis(most float64) axis {
	if most <= 0 || math.IsNaN(most) || math.IsInf(most, 0) {
		most = 1
	}
	step := math.Pow(10, math.Floor(math.Log10(most/2)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if most/(step*m) <= 4.5 {
			step *= m
			break
		}
	}
	a := axis{most: math.Ceil(most/step-1e-9) * step}
	for n := 0.0; n*step <= a.most*(1+1e-9); n++ {
		a.ticks = append(a.ticks, n*step)
	}
	return a
}

func (a axis) at(v float64) float64 {
	return plotBottom - min(max(v/a.most, 0), 1)*(plotBottom-plotTop)
}
