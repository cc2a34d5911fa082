package trigger

// state is what is known of one rule: the events in its window, and whether its
// alert was sent.
type state struct {
	head

	rule    *rule
	shelf   shelf
	piece   piece // of the head
	window  window
	table   table
	outcome outcome // of the last note
	total   int64   // after the last note, in the window: of the rule, or of the address
	pending bool    // counted, and not committed yet
}

// outcome is what became of an event.
type outcome uint8

const (
	counted      outcome = iota
	tooOld               // for the window
	sameAttack           // as one that was counted
	knownPayload         // of this address
)

// backwards is how far the newest time may lie behind an arrival before the
// clock that it came from is taken to have been wrong: further than the times of
// events are trusted, and than clocks of different machines differ.
const backwards = 60 * 60 // seconds

// open reads the state of a rule. One that was begun under another rule of the
// name is begun anew; only its alerts are counted on, so that no two have the
// same name.
func open(r *rule, at shelf) (*state, error) {
	s := &state{rule: r, shelf: at, window: newWindow(r.seconds()), table: table{limits: tableLimits()}}
	rider, err := at.load(HeadKey(r.Name))
	if err != nil {
		return nil, err
	}
	s.piece.revision = rider.Revision
	s.print = r.print
	if len(rider.Value) == 0 || rider.Value[0] != headVersion {
		return s, nil
	}
	if !s.parse(rider.Value) {
		return nil, at.damaged()
	}
	if s.print != r.print {
		s.restart()
		s.print = r.print
	}
	return s, nil
}

// restart forgets what was counted.
func (s *state) restart() {
	s.window.clear()
	s.table.clear()
	s.newest, s.spent = 0, false
}

// apply takes a note; the alert is not nil when it made the rule fire.
func (s *state) apply(n *Note) (*Alert, error) {
	if s.born == 0 {
		s.born = n.arrival
	}
	s.outcome, s.total = counted, 0
	if n.event != nil {
		s.piece.changed = true
		return s.alert(n, 1), nil
	}
	if s.newest > n.arrival+backwards {
		s.restart()
	}
	before := n.at - s.rule.seconds()
	if n.at > s.newest {
		s.newest = n.at
		if err := s.window.slide(before, s.shelf); err != nil {
			return nil, err
		}
	}
	if before = s.newest - s.rule.seconds(); n.at <= before {
		s.outcome, s.total = tooOld, s.window.total
		return nil, nil
	}
	s.piece.changed = true
	if s.rule.Condition == "payloads" {
		return s.payload(n)
	}
	return s.count(n, before)
}

// count takes hits, attacks and incidents; last is the second before the window.
func (s *state) count(n *Note, last int64) (*Alert, error) {
	more := n.n
	if n.group != 0 {
		first, err := s.table.join(n.group, n.at, s.horizon(), s.shelf)
		if err != nil {
			return nil, err
		}
		if more = 1; !first {
			more, s.outcome = 0, sameAttack
		}
	}
	if more > 0 {
		if err := s.window.add(n.at, more, last, s.shelf); err != nil {
			return nil, err
		}
	}
	had := s.window.total - more
	s.total = s.window.total
	if fires(&s.spent, had, min(had+1, had+more), had+more, s.rule.MoreThan) {
		return s.alert(n, s.rule.MoreThan+1), s.table.bound(s.horizon(), s.shelf)
	}
	return nil, s.table.bound(s.horizon(), s.shelf)
}

// payload takes a payload of an address, for which the rule fires on its own.
func (s *state) payload(n *Note) (*Alert, error) {
	e, had, known, err := s.table.see(n.group, n.payload, n.at, s.horizon(), s.rule.MoreThan+1, s.shelf)
	if err != nil {
		return nil, err
	}
	if known {
		s.outcome = knownPayload
	}
	has := int64(len(e.marks))
	s.total = has
	var a *Alert
	if fires(&e.fired, had, has, has, s.rule.MoreThan) {
		a = s.alert(n, has)
	}
	return a, s.table.bound(s.horizon(), s.shelf)
}

// horizon is the time up to which nothing in the table matters any more: a hit
// in the window belongs to an attack whose last hit was up to an hour before it.
func (s *state) horizon() int64 {
	before := s.newest - s.rule.seconds()
	if s.rule.Condition == "attacks" {
		before -= gap
	}
	return before
}

// fires decides whether an alert goes out. The count was had, then has, and in
// the end is; the steps between are of one. A rule that fired is armed again by
// an event that finds the count at or below the threshold, itself included; with
// a threshold of 0, where that can never be, by one that finds nothing at all.
func fires(spent *bool, had, has, is, moreThan int64) bool {
	if had == 0 || has <= moreThan {
		*spent = false
	}
	if *spent || is <= moreThan {
		return false
	}
	*spent = true
	return true
}
