package dispatch

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/wnotify/wnotify/store/memory"
)

// A run that was done with an integration delivers there again what it has to
// tell later, instead of leaving it to the next run.
func TestTheOthersAreToldAfterTheirQueueWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f, set := badAndGood()
		put(t, s, 1, 1, "bad", "good")
		if _, err := dispatcher(s, f, set).Flush(t.Context(), nil, Wait{Drain: true}); err != nil {
			t.Fatal(err)
		}
		got := f.to("good")
		if len(got) != 2 || !strings.Contains(got[1].body, `"notification_type":"integration_broken"`) {
			t.Errorf("the other integration got %v", got)
		}
		if l := laneOf(t, s, "good"); l.Events != 0 {
			t.Errorf("%d events are left to the next run", l.Events)
		}
	})
}
