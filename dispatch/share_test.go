package dispatch

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/store"
)

func TestAssign(t *testing.T) {
	for _, c := range []struct {
		name  string
		peers []store.Peer
		want  map[string]string
	}{
		{
			"who is alone has everything",
			[]store.Peer{{Run: "x", Leads: []string{"a"}, Asks: []string{"b"}}},
			map[string]string{"a": "x", "b": "x"},
		},
		{
			"a difference of one stays",
			[]store.Peer{{Run: "x", Leads: []string{"a"}}, {Run: "y", Asks: []string{"a"}}},
			map[string]string{"a": "x"},
		},
		{
			"a difference of two does not",
			[]store.Peer{{Run: "x", Leads: []string{"a", "b"}}, {Run: "y", Asks: []string{"a", "b"}}},
			map[string]string{"a": "y", "b": "x"},
		},
		{
			"nobody gets what he does not ask for",
			[]store.Peer{{Run: "x", Leads: []string{"a", "b", "c"}}, {Run: "y", Asks: []string{"c"}}},
			map[string]string{"a": "x", "b": "x", "c": "y"},
		},
		{
			"what nobody leads goes to whom has least",
			[]store.Peer{{Run: "x", Leads: []string{"a"}, Asks: []string{"b"}}, {Run: "y", Asks: []string{"b"}}},
			map[string]string{"a": "x", "b": "y"},
		},
		{
			"who spoke last knows better",
			[]store.Peer{{Run: "x", Leads: []string{"a", "b"}}, {Run: "y", Leads: []string{"b"}, Asks: []string{"a"}}},
			map[string]string{"a": "x", "b": "y"},
		},
	} {
		if got := assign(c.peers); !maps.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// However lanes are led at first: runs that want all of them end with equal
// shares, whatever order they hear of each other in, and then nothing moves.
func TestAssignIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs, lanes := rapid.IntRange(1, 12).Draw(t, "runs"), rapid.IntRange(1, 30).Draw(t, "lanes")
		peers := make([]store.Peer, runs)
		plan := map[string]string{}
		for n := range lanes {
			plan[fmt.Sprint("lane", n)] = fmt.Sprint("run", rapid.IntRange(-1, runs-1).Draw(t, "leader"))
		}
		carryOut := func() {
			for n := range peers {
				peers[n] = store.Peer{Run: fmt.Sprint("run", n)}
				for lane, leader := range plan {
					if leader == peers[n].Run {
						peers[n].Leads = append(peers[n].Leads, lane)
					} else {
						peers[n].Asks = append(peers[n].Asks, lane)
					}
				}
			}
		}
		carryOut()
		plan = assign(peers)
		if slices.Reverse(peers); !reflect.DeepEqual(assign(peers), plan) {
			t.Fatalf("the order of peers changes the plan")
		}
		load := map[string]int{}
		for _, run := range plan {
			load[run]++
		}
		for n := range runs {
			if got := load[fmt.Sprint("run", n)]; got < lanes/runs || got > (lanes+runs-1)/runs {
				t.Fatalf("run %d of %d has %d of %d lanes", n, runs, got, lanes)
			}
		}
		carryOut()
		if again := assign(peers); !maps.Equal(again, plan) {
			t.Fatalf("carried out, %v becomes %v", plan, again)
		}
	})
}
