package scan

// beginCut notes that a member to cut begins at start, with the quote of its
// name. The comma before it goes with it, unless that went with another one
// already; then, or if there is none, it takes the comma behind it.
func (f *Fields) beginCut(data []byte, start int) {
	i := start - 1
	for data[i] <= ' ' {
		i--
	}
	if n := len(f.Headers); data[i] == ',' && (n == 0 || f.Headers[n-1].End != i+1) {
		start = i
	}
	f.Headers = append(f.Headers, Cut{Start: start})
}

// endCut notes that the value of the member to cut ends at end.
func (f *Fields) endCut(data []byte, end int) {
	c := &f.Headers[len(f.Headers)-1]
	c.End = end
	if data[c.Start] == ',' {
		return
	}
	if i, _ := skip(data, end, false); i < len(data) && data[i] == ',' {
		c.End = i + 1
	}
}
