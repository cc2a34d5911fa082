package dispatch

import (
	"slices"
	"strings"

	"github.com/wnotify/wnotify/dispatch/event"
)

// router says which lanes take an event. It is made from the settings of one
// moment; routes are looked up once for each kind and risk.
type router struct {
	settings *Settings
	lanes    []Integration // that take events at all
	fixed    bool          // -i: every event goes to all of them
	sets     [][]int       // distinct sets of lanes, by index; 0 is the empty one
	found    map[routeKey]int
}

type routeKey struct {
	kind *event.Kind
	risk event.Risk
}

// newRouter routes to the named integrations whatever they select, or without
// names by selection. Automatically disabled integrations keep queueing; those
// a person disabled get nothing.
func newRouter(s *Settings, names []string) *router {
	r := &router{settings: s, fixed: len(names) > 0, sets: [][]int{nil}, found: map[routeKey]int{}}
	for _, i := range s.Integrations {
		if i.Enabled && (!r.fixed || slices.Contains(names, i.Name)) {
			r.lanes = append(r.lanes, i)
		}
	}
	return r
}

// set returns the index of the set of lanes that take an event; 0 is none.
func (r *router) set(e *event.Event) int {
	key := routeKey{e.Kind, e.Risk}
	if at, ok := r.found[key]; ok {
		return at
	}
	var set []int
	for at, i := range r.lanes {
		if r.fixed || i.Events.Match(e.Kind, e.Risk) {
			set = append(set, at)
		}
	}
	at := slices.IndexFunc(r.sets, func(s []int) bool { return slices.Equal(s, set) })
	if at < 0 {
		at = len(r.sets)
		r.sets = append(r.sets, set)
	}
	r.found[key] = at
	return at
}

// cursorSuffix makes the cursor of a file belong to the -i set and to --as:
// another destination reads the file from its beginning.
func cursorSuffix(integrations []string, as string) string {
	names := slices.Sorted(slices.Values(integrations))
	return "/" + strings.Join(slices.Compact(names), ",") + "/" + as
}
