package trigger

import (
	"encoding/binary"
	"slices"
	"sort"
)

// window counts to the second over its last seconds. The counts lie in segments,
// each a rider of its own: to count on, the newest segment is rewritten and the
// oldest read, whatever the length of the window and the number of events. The
// sums of the segments are in the head, see state.
type window struct {
	span     int64 // seconds
	width    int64 // seconds of a segment
	total    int64
	segments []*segment // by number; with counts, or about to get some
	gone     []int64    // numbers of segments that left the window
}

// segment is the row of seconds from number × width on.
type segment struct {
	piece

	number int64
	sum    int64   // of those in the window
	counts []int64 // by second; nil while they are not in memory
}

// widthOf is the width of the segments of a window: about the square root of its
// length, so that a window has about as many segments as a segment has seconds.
// An hour has 57 segments of 64 seconds, a day 169 of 512.
func widthOf(span int64) int64 {
	width := int64(64)
	for width*width < span {
		width *= 2
	}
	return width
}

func newWindow(span int64) window { return window{span: span, width: widthOf(span)} }

// slide forgets the seconds up to the last one, which is no more in the window.
func (w *window) slide(last int64, at shelf) error {
	n := 0
	for _, s := range w.segments {
		if (s.number+1)*w.width-1 > last {
			break
		}
		w.total -= s.sum
		w.gone = append(w.gone, s.number)
		n++
	}
	w.segments = slices.Delete(w.segments, 0, n)
	if len(w.segments) == 0 || w.segments[0].number*w.width > last {
		return nil
	}
	return w.cut(w.segments[0], last, at)
}

// cut forgets the seconds of one segment.
func (w *window) cut(s *segment, last int64, at shelf) error {
	if err := w.load(s, at); err != nil {
		return err
	}
	sum := int64(0)
	for i := range s.counts {
		if s.number*w.width+int64(i) <= last {
			s.counts[i] = 0
		}
		sum += s.counts[i]
	}
	w.total += sum - s.sum
	s.sum = sum
	return nil
}

// add counts n events of a second in the window; last is the second before it.
func (w *window) add(second, n, last int64, at shelf) error {
	number := second / w.width
	i := len(w.segments)
	if i > 0 && w.segments[i-1].number == number {
		i--
	} else {
		i = sort.Search(len(w.segments), func(i int) bool { return w.segments[i].number >= number })
	}
	if i == len(w.segments) || w.segments[i].number != number {
		s := &segment{number: number, counts: make([]int64, w.width)}
		if _, err := s.read(at, segmentKey(number)); err != nil {
			return err
		}
		w.segments = slices.Insert(w.segments, i, s)
	}
	s := w.segments[i]
	if s.counts == nil {
		if err := w.cut(s, last, at); err != nil {
			return err
		}
	}
	s.counts[second-number*w.width] += n
	s.sum += n
	w.total += n
	s.changed = true
	return nil
}

// load brings the counts of a segment into memory.
func (w *window) load(s *segment, at shelf) error {
	if s.counts != nil {
		return nil
	}
	value, err := s.read(at, segmentKey(s.number))
	if err != nil {
		return err
	}
	s.counts = make([]int64, w.width)
	d := decoder{b: value}
	for i := int64(0); len(d.b) > 0; i++ {
		i += d.whole()
		n := d.whole()
		if d.bad || i < 0 || i >= w.width {
			s.counts = nil
			return at.damaged()
		}
		s.counts[i] = n
	}
	return nil
}

// value is a segment as a rider: pairs of the distance to the second before and
// the count.
func (s *segment) value() []byte {
	b := make([]byte, 0, len(s.counts))
	before := -1
	for i, n := range s.counts {
		if n != 0 {
			b = binary.AppendUvarint(b, uint64(i-before-1))
			b = binary.AppendUvarint(b, uint64(n))
			before = i
		}
	}
	return b
}

// clear forgets everything.
func (w *window) clear() {
	for _, s := range w.segments {
		w.gone = append(w.gone, s.number)
	}
	w.segments, w.total = nil, 0
}

// rest drops from memory what is not needed to count on: all but what was just
// counted and the oldest segment.
func (w *window) rest() {
	for i, s := range w.segments {
		if i > 0 && !s.recent {
			s.counts = nil
		}
	}
	w.gone = nil
}
