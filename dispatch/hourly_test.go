package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// tenPast is ten past an hour.
var tenPast = time.Date(2026, 5, 4, 3, 10, 0, 0, time.FixedZone("", 3600))

// toldHours lists the hourly events in a lane by day and hour, as "04T02 123".
func toldHours(t interface{ Fatal(args ...any) }, s store.Store, lane string) (list []string) {
	runs, err := s.Read(context.Background(), lane, 1, store.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range runs {
		for line := range strings.Lines(string(r.Data)) {
			var e struct {
				Details struct {
					Type     string `json:"notification_type"`
					Requests int64  `json:"requests"`
					Start    int64  `json:"period_start"`
					End      int64  `json:"period_end"`
				} `json:"details"`
			}
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			d := e.Details
			if d.Type != "requests_per_hour" || d.End != d.Start+3600 {
				t.Fatal("not an hourly event: ", line)
			}
			list = append(list, fmt.Sprintf("%s %d", time.Unix(d.Start, 0).UTC().Format("02T15"), d.Requests))
		}
	}
	return list
}

func queueHours(t *testing.T, d *Dispatcher, now time.Time) int {
	t.Helper()
	n, err := d.QueueHours(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func add(t *testing.T, d *Dispatcher, n int64, now time.Time) {
	t.Helper()
	if err := d.AddRequests(t.Context(), n, now); err != nil {
		t.Fatal(err)
	}
}

// An hour with data is told when it is over, once, to those that select it.
func TestAnHourIsTold(t *testing.T) {
	s := memory.New()
	set := settingsFor("siem", "soc", "off")
	set.Integrations[1].Events = selects(t, "hits")
	set.Integrations[2].Enabled = false
	d := dispatcher(s, nil, set)
	add(t, d, 100, tenPast)
	add(t, d, 23, tenPast.Add(49*time.Minute+59*time.Second))
	add(t, d, 5, tenPast.Add(50*time.Minute))
	add(t, d, 0, tenPast.Add(2*time.Hour))
	if n := queueHours(t, d, tenPast.Add(49*time.Minute)); n != 0 || toldHours(t, s, "siem") != nil {
		t.Errorf("%d hours are told before they are over", n)
	}
	if n := queueHours(t, d, tenPast.Add(50*time.Minute)); n != 1 {
		t.Errorf("%d hours are told at the turn of the hour, want 1", n)
	}
	if n := queueHours(t, d, tenPast.Add(51*time.Minute)); n != 0 {
		t.Errorf("%d hours are told again", n)
	}
	queueHours(t, d, tenPast.Add(5*time.Hour))
	if got, want := toldHours(t, s, "siem"), []string{"04T02 123", "04T03 5"}; !slices.Equal(got, want) {
		t.Errorf("siem is told %v, want %v", got, want)
	}
	for _, name := range []string{"soc", "off"} {
		if got := toldHours(t, s, name); got != nil {
			t.Errorf("%s is told %v", name, got)
		}
	}
}

// Many hours passed: an event each, in order, and none for those without data.
func TestManyHoursAreTold(t *testing.T) {
	s := memory.New()
	d := dispatcher(s, nil, settingsFor("siem"))
	for _, h := range []int{9, 0, 30, 2} {
		add(t, d, int64(h+1), tenPast.Add(time.Duration(h)*time.Hour))
	}
	if n := queueHours(t, d, tenPast.Add(100*time.Hour)); n != 4 {
		t.Errorf("%d hours are told, want 4", n)
	}
	if got, want := toldHours(t, s, "siem"), []string{"04T02 1", "04T04 3", "04T11 10", "05T08 31"}; !slices.Equal(got, want) {
		t.Errorf("siem is told %v, want %v", got, want)
	}
}

// Nobody selects it: the hour is over all the same, and is not told to somebody
// who selects it later.
func TestNobodySelectsHours(t *testing.T) {
	s := memory.New()
	d := dispatcher(s, nil, settingsFor())
	add(t, d, 7, tenPast)
	queueHours(t, d, tenPast.Add(time.Hour))
	d = dispatcher(s, nil, settingsFor("siem"))
	queueHours(t, d, tenPast.Add(2*time.Hour))
	if got := toldHours(t, s, "siem"); got != nil {
		t.Errorf("siem is told %v", got)
	}
}

// A growing counter: the first sets the baseline, a smaller one is a restart.
func TestTotals(t *testing.T) {
	s := memory.New()
	d := dispatcher(s, nil, settingsFor("siem"))
	for _, c := range []struct{ total, added int64 }{{1000, 0}, {1000, 0}, {1010, 10}, {1500, 490}, {20, 20}, {20, 0}, {21, 1}, {0, 0}, {4, 4}} {
		added, err := d.AddTotal(t.Context(), c.total, tenPast)
		if err != nil || added != c.added {
			t.Errorf("total %d adds %d (%v), want %d", c.total, added, err, c.added)
		}
	}
	if r, err := s.Rider(t.Context(), "requests/total"); err != nil || r.Revision != 7 {
		t.Errorf("the counter was written %d times (%v), want once for each change of it", r.Revision, err)
	}
	queueHours(t, d, tenPast.Add(time.Hour))
	if got, want := toldHours(t, s, "siem"), []string{"04T02 525"}; !slices.Equal(got, want) {
		t.Errorf("siem is told %v, want %v", got, want)
	}
}

func TestNumbersThatAreNone(t *testing.T) {
	d := dispatcher(memory.New(), nil, settingsFor("siem"))
	var negative *NegativeError
	if err := d.AddRequests(t.Context(), -1, tenPast); !errors.As(err, &negative) {
		t.Errorf("-1 requests: %v", err)
	}
	if _, err := d.AddTotal(t.Context(), -1, tenPast); !errors.As(err, &negative) {
		t.Errorf("a total of -1: %v", err)
	}
	add(t, d, math.MaxInt64, tenPast)
	add(t, d, 1, tenPast) // stays there, and does not become negative
	queueHours(t, d, tenPast.Add(time.Hour))
	if got, want := toldHours(t, d.Store, "siem"), []string{fmt.Sprint("04T02 ", int64(math.MaxInt64))}; !slices.Equal(got, want) {
		t.Errorf("siem is told %v, want %v", got, want)
	}
}

// A clock that is behind cannot bring back an hour that was told; one that was
// years ahead does not hold back the hours from now on.
func TestClocksThatDiffer(t *testing.T) {
	s := memory.New()
	d := dispatcher(s, nil, settingsFor("siem"))
	add(t, d, 1, tenPast)
	queueHours(t, d, tenPast.Add(time.Hour))
	add(t, d, 2, tenPast.Add(10*time.Minute)) // of the hour that was told: into the next one
	if n := queueHours(t, d, tenPast.Add(time.Hour)); n != 0 {
		t.Errorf("%d hours are told, which are not over", n)
	}
	queueHours(t, d, tenPast.Add(2*time.Hour))
	if got, want := toldHours(t, s, "siem"), []string{"04T02 1", "04T03 2"}; !slices.Equal(got, want) {
		t.Errorf("siem is told %v, want %v", got, want)
	}
	add(t, d, 3, tenPast.AddDate(70, 0, 0))
	queueHours(t, d, tenPast.AddDate(71, 0, 0))
	add(t, d, 4, tenPast.Add(5*time.Hour))
	queueHours(t, d, tenPast.Add(6*time.Hour))
	if got := toldHours(t, s, "siem"); len(got) != 4 || got[3] != "04T07 4" {
		t.Errorf("siem is told %v, want 04T07 4 in the end", got)
	}
	add(t, d, 5, tenPast)
	queueHours(t, d, tenPast.Add(time.Hour))
	if got := toldHours(t, s, "siem"); len(got) != 4 {
		t.Errorf("siem is told %v: 04T02 was told before", got)
	}
}

// What is stored and is not what was written is an error.
func TestDamagedHours(t *testing.T) {
	for _, key := range []string{"requests/2026-05-04T02:00:00Z", "requests/total", "requests/last"} {
		d := dispatcher(memory.New(), nil, settingsFor("siem"))
		if _, err := d.Store.Commit(t.Context(), store.Change{Riders: []store.Rider{{Key: key, Value: []byte("x")}}}); err != nil {
			t.Fatal(err)
		}
		_, err := d.AddTotal(t.Context(), 5, tenPast)
		err = errors.Join(err, d.AddRequests(t.Context(), 5, tenPast))
		if !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: %v, want that the state is damaged", key, err)
		}
	}
}
