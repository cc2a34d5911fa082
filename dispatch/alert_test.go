package dispatch

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store/memory"
)

func withTrigger(set *Settings, rule trigger.Rule) *Settings {
	rule.Name, rule.Enabled = "burst", true
	set.Triggers = []trigger.Rule{rule}
	for i := range set.Integrations {
		set.Integrations[i].Format = payload.NDJSON
	}
	return set
}

// A trigger sends to the integrations it names, whatever they select; events
// that nobody selects count as well.
func TestATriggerFires(t *testing.T) {
	s := memory.New()
	f := &fakes{}
	set := withTrigger(settingsFor("soc", "off", "other"), trigger.Rule{
		Condition: "hits", MoreThan: 2, Per: time.Hour, Integrations: []string{"soc", "off"},
	})
	for i := range set.Integrations {
		set.Integrations[i].Events = selects(t, "none")
	}
	set.Integrations[1].Enabled = false
	d := dispatcher(s, f, set)
	sum, err := d.Send(t.Context(), Input{Stdin: strings.NewReader(lines(1, 2))}, Wait{})
	if err != nil || sum.Generated != 0 || sum.Unrouted != 2 {
		t.Fatalf("%+v %v", sum, err)
	}
	// The next run goes on counting.
	if sum, err = d.Send(t.Context(), Input{Stdin: strings.NewReader(lines(3, 5))}, Wait{}); err != nil || sum.Generated != 1 {
		t.Fatalf("%+v %v", sum, err)
	}
	got := f.bodies("soc")
	if strings.Count(got, "\n") != 1 || !strings.Contains(got, `[Wallarm] Trigger: The number of detected hits exceeded the threshold`) {
		t.Errorf("soc got %s", got)
	}
	if len(f.to("off"))+len(f.to("other")) != 0 {
		t.Error("an alert went to who is disabled, or not named")
	}
}

// Many processes count together and fire once.
func TestATriggerFiresOnceInTheWholeWorld(t *testing.T) {
	s := memory.New()
	f := &fakes{}
	set := withTrigger(settingsFor("soc"), trigger.Rule{
		Condition: "hits", MoreThan: 100, Per: time.Hour, Integrations: []string{"soc"},
	})
	set.Integrations[0].Events = selects(t, "none")
	var w sync.WaitGroup
	for p := range 4 {
		w.Go(func() {
			for i := range 30 {
				if _, err := dispatcher(process(s), f, set).Enqueue(t.Context(), Input{Stdin: strings.NewReader(hit(100*p + i))}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	w.Wait()
	if l := laneOf(t, s, "soc"); l.Events != 1 {
		t.Errorf("%d alerts, want 1", l.Events)
	}
}
