package intake

// segment is a file, or a stream, from the place where reading begins.
type segment struct {
	file  string // identity; empty for a stream
	id    identity
	start Point
	head  []byte // the first bytes of the file, up to 1 KiB, before the start
	tail  []byte // the bytes before the start, up to 1 KiB
	final bool   // incomplete JSON at the end is a reject
	why   string // why the start is not where the last reading stopped
}

// Start is where the reading of a file began.
type Start struct {
	Point

	// Why says why a stored cursor was not used, for people; empty if it was,
	// or if there was none.
	Why string
}

// Tail is what was left at the end of a file for the next run.
type Tail struct {
	Offset int64 // of the incomplete value, or the end of the file
	Line   int64
	Size   int64 // bytes of it; 0 if only the ] of an array is missing
	Array  bool  // an array is open
}

// Start says where the reading of the present file began. For a file that is
// not followed it waits until that is clear, which takes long only if much of
// a compressed file has to be skipped; Stop ends the waiting.
func (r *Reader) Start() Start {
	for r.seg == nil && !r.ended && !r.follows {
		r.fill(true)
	}
	if r.seg == nil {
		return Start{}
	}
	return Start{Point: r.seg.start, Why: r.seg.why}
}

// Tail describes what was left at the end of a file, or where the reading was
// stopped; false if nothing was. It is known when Next has returned io.EOF.
func (r *Reader) Tail() (Tail, bool) {
	if r.tail == nil {
		return Tail{}, false
	}
	return *r.tail, true
}
