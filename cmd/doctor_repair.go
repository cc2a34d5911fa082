package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// repaired is what became of a repair, as JSON.
type repaired struct {
	State      string          `json:"state"`
	Repaired   bool            `json:"repaired"`
	Faults     []string        `json:"faults,omitempty"`  // what was wrong
	Damaged    string          `json:"damaged,omitempty"` // where the damaged journal is kept
	Events     int64           `json:"events"`            // in the new queue
	Dead       int             `json:"dead"`
	Rejects    int             `json:"rejects"`
	Missing    []missingEvents `json:"missing"`
	Unsettled  []string        `json:"unsettled,omitempty"` // integrations of which all that was found is queued again
	NewInstall bool            `json:"new_install,omitempty"`
}

// missingEvents are numbers of an integration's events that were not found.
type missingEvents struct {
	Integration string `json:"integration"`
	First       uint64 `json:"first"`
	Last        uint64 `json:"last"`
	Events      uint64 `json:"events"`
}

// repair saves what a damaged queue still holds. One that is well, or that
// cannot be looked at, is left alone.
func (a *app) repair(ctx context.Context) (err error) {
	if f, err := config.Load(a.places().Config); err == nil && f.Store.Engine == engineNATS {
		return usagef("--repair is for a queue in the state folder; this one is in NATS")
	}
	r := repaired{State: a.places().State, Missing: []missingEvents{}}
	s, err := bolt.Open(r.State, bolt.Options{Warn: func(err error) { a.log.Warn().Err(err).Msg("state") }})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if r.Faults, err = s.Check(ctx); err != nil {
		return err
	}
	if len(r.Faults) == 0 {
		return a.printRepair(r)
	}
	saved, err := s.Salvage(ctx)
	if err != nil {
		return err
	}
	r.take(saved)
	left, err := s.Check(ctx)
	if err == nil && len(left) > 0 {
		err = fmt.Errorf("%w after the repair too: %s", store.ErrDamaged, strings.Join(left, "; "))
	}
	return errors.Join(a.printRepair(r), err, r.loss())
}

// take fills in what was saved.
func (r *repaired) take(s bolt.Salvaged) {
	r.Repaired, r.Damaged, r.NewInstall = true, s.Damaged, s.NewInstall
	r.Events, r.Dead, r.Rejects, r.Unsettled = s.Events, s.Letters, s.Rejects, s.NoRecord
	for _, name := range slices.Sorted(maps.Keys(s.Missing)) {
		for _, span := range s.Missing[name] {
			r.Missing = append(r.Missing, missingEvents{name, span.First, span.Last, span.Last - span.First + 1})
		}
	}
}

// loss is an error when events are missing: a person has to know.
func (r *repaired) loss() error {
	total := map[string]uint64{}
	for _, m := range r.Missing {
		total[m.Integration] += m.Events
	}
	if len(total) == 0 {
		return nil
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(total)) {
		parts = append(parts, ui.Plural(int64(total[name]), "event")+" of "+name)
	}
	return &failure{
		code: exitFailed, err: fmt.Errorf("missing after the repair: %s", strings.Join(parts, ", ")),
		where: r.Damaged, fix: "send them again from their source, if it still has them; those that were dropped before are among them",
	}
}

func (a *app) printRepair(r repaired) error {
	if a.flags.json() {
		return ui.JSON(a.out, r)
	}
	if !r.Repaired {
		a.sayf("the queue in %s is well: nothing to repair", r.State)
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "saved %s, %s and %s into a new queue in %s\nthe damaged one is kept as %s\n",
		ui.Plural(r.Events, "queued event"), ui.Plural(int64(r.Dead), "dead letter"), ui.Plural(int64(r.Rejects), "reject"), r.State, r.Damaged)
	for _, m := range r.Missing {
		fmt.Fprintf(&b, "missing: %s of %s, numbers %d to %d\n", ui.Plural(int64(m.Events), "event"), m.Integration, m.First, m.Last)
	}
	for _, name := range r.Unsettled {
		fmt.Fprintf(&b, "%s: nothing says what was delivered, so all that was found is queued again\n", name)
	}
	if r.NewInstall {
		fmt.Fprintln(&b, "what identifies the queue was lost: what is sent again has new Idempotency-Keys")
	}
	if !a.flags.quiet {
		_, _ = a.out.Write(b.Bytes()) // remembered by the stream
	}
	return nil
}
