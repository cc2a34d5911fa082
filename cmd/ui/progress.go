package ui

import (
	"io"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// refreshEvery is how often progress is drawn: often enough to be seen to move.
const refreshEvery = 150 * time.Millisecond

// Progress is a few lines at the bottom of a terminal that are drawn again and
// again; what is written to the stream meanwhile goes above them. Only a
// terminal has progress.
type Progress struct {
	s    *Stream
	was  io.Writer
	bars *mpb.Progress

	mu    sync.Mutex
	lines []*progressLine
}

type progressLine struct {
	bar  *mpb.Bar
	text string
}

// Progress begins to show progress, without lines yet; nil where the stream is
// no terminal. It must be ended.
func (s *Stream) Progress() *Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !IsTerminal(s.w) {
		return nil
	}
	p := &Progress{s: s, was: s.w, bars: mpb.New(mpb.WithOutput(s.w), mpb.WithRefreshRate(refreshEvery))}
	s.w = above{p}
	return p
}

// Show replaces the lines; what is too long is cut.
func (p *Progress) Show(lines []string) {
	p.home()
	p.mu.Lock()
	defer p.mu.Unlock()
	for n, text := range lines {
		if n == len(p.lines) {
			p.lines = append(p.lines, p.add())
		}
		if line := p.lines[n]; line != nil {
			line.text = p.s.Fit(text, 1) // the last column wraps on some terminals
		}
	}
}

// add begins a line; nil when the terminal has gone.
func (p *Progress) add() *progressLine {
	line := &progressLine{}
	bar, err := p.bars.Add(0, mpb.BarFillerFunc(func(w io.Writer, _ decor.Statistics) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		_, err := io.WriteString(w, line.text)
		return err
	}), mpb.BarFillerTrim())
	if err != nil {
		return nil
	}
	line.bar = bar
	return line
}

// End takes the lines away.
func (p *Progress) End() {
	p.mu.Lock()
	lines := p.lines
	p.lines = nil
	p.mu.Unlock()
	for _, line := range lines {
		if line != nil {
			line.bar.Abort(true)
		}
	}
	p.bars.Wait()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.s.w = p.was
}

// home takes the cursor to the first column, where the lines are drawn from: the
// terminal may have echoed a key, as ^C.
func (p *Progress) home() { _, _ = io.WriteString(p.was, "\r") } // who is gone sees nothing

// above writes above the lines; without them, as before.
type above struct{ p *Progress }

func (a above) Write(b []byte) (int, error) {
	a.p.home()
	if n, err := a.p.bars.Write(b); err == nil {
		return n, nil
	}
	return a.p.was.Write(b)
}
