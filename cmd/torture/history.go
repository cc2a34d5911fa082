// Package torture proves that nothing is lost: its tests run the real program
// against collectors that misbehave, on disks that fail, and kill it wherever
// it can be killed. What they saw is a [History], and one oracle, [History.Judge],
// finds what it broke of the promises.
//
// The tests that run with all others are short samples. The build tag torture
// makes them exhaustive and adds the long ones of other packages; -seed repeats a
// random one and -budget says how long each may take:
//
//	go test -tags torture -timeout 0 -parallel 8 -v ./cmd/torture -budget 10m -seed 1
//
// It refuses to trust the program: what was delivered is asked of the
// collectors, what is queued is read from the store itself.
package torture

import (
	"regexp"
	"strconv"
	"time"
)

// History is what happened to a queue, as seen from outside.
type History struct {
	Sources  []Source
	Requests []Request         // in the order in which the collectors got them
	Queues   map[string]Queue  // what is left, by integration
	Runs     []Run             // of the program
	Fickle   []string          // integrations that took events only at times: of them no order can be told
	Crashes  int               // runs that were killed, machines that lost power
	Settled  bool              // a last flush has ended with healthy collectors
	Trouble  []string          // what the store says is wrong with itself
	Outside  map[string]string // files beside the state that are not as they were, and how
	Secrets  []string          // that may be seen nowhere
	Seen     map[string][]byte // where secrets were looked for: output, state files
}

// Source is a row of events from one input, numbered from 1.
type Source struct {
	Name   string
	Events int

	// Accepted says for each integration how many events of the source were
	// acknowledged, beginning with the first.
	Accepted map[string]int
}

// Request is one HTTP request as a collector got it.
type Request struct {
	Integration string
	Key         string
	Body        string
	Events      []ID
	Stored      bool // the collector has its events
	Answered    bool // with a whole 2xx
	Refused     bool // such that halves may follow: 400, 413, 422, or a reset
}

// Queue is what the store holds of an integration.
type Queue struct {
	Waiting []ID
	Dead    []ID
}

// Run is one run of the program.
type Run struct {
	Name   string
	Code   int // as a shell shows it
	Killed bool
	Hung   bool // it was given up after Took
	Took   time.Duration
	Stderr string
}

// ID names an event.
type ID struct {
	Source string
	Number int // from 1
}

func (i ID) String() string { return i.Source + "#" + strconv.Itoa(i.Number) }

// Event is a hit with a name, as JSON on one line.
func (i ID) Event() string {
	return `{"summary":"event ` + i.String() + `;","details":{"notification_type":"new_hits"}}`
}

var named = regexp.MustCompile(`event ([A-Za-z0-9._-]+)#([0-9]+);`)

// IDs finds the events of ours in a body, in order.
func IDs(body []byte) []ID {
	var ids []ID
	for _, m := range named.FindAllSubmatch(body, -1) {
		n, err := strconv.Atoi(string(m[2]))
		if err != nil {
			continue // longer than any number of ours
		}
		ids = append(ids, ID{string(m[1]), n})
	}
	return ids
}
