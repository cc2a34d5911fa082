package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/store"
)

// measurements are the state of the queue at one time, as a collector of
// Prometheus. Nothing is counted in the process: all of it was on the disk.
type measurements struct {
	release  release
	readable bool // the queue could be read
	health   []dispatch.Health
	ever     map[string]store.Slot // statistics since the integration is there
	rejects  int64
	limit    int64 // bytes of a queue; 0: none
	failures dispatch.AutoDisable
	runs     runs
	leaders  leaders
}

// measure reads everything that the metrics tell. With an error it returns what
// it could read.
func (a *app) measure(ctx context.Context, e *engine) (*measurements, error) {
	s := e.Settings()
	m := &measurements{
		release: released(), ever: map[string]store.Slot{}, limit: s.Queue.MaxBytes, failures: s.AutoDisable,
	}
	var leadersErr, err error
	m.leaders, leadersErr = e.leaders(ctx)
	m.health, err = e.Health(ctx, a.env.Now())
	if err != nil && m.health == nil {
		return m, err
	}
	for _, h := range m.health {
		var sum store.Slot
		for slot, slotErr := range e.Store.Slots(ctx, h.Name, time.Time{}) {
			if slotErr != nil {
				err = errors.Join(err, slotErr)
				break
			}
			sum.Merge(slot)
		}
		m.ever[h.Name] = sum
	}
	l := lookout{engine: e}
	rejects, rejectsErr := l.rejectsSince(ctx, time.Time{})
	m.rejects = rejects
	err = errors.Join(err, leadersErr, rejectsErr)
	m.readable = err == nil
	return m, err
}

// Describe sends the description of every metric.
func (m *measurements) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range descriptions {
		ch <- d
	}
}

// Collect sends the metrics.
func (m *measurements) Collect(ch chan<- prometheus.Metric) {
	gauge := sender(ch, prometheus.GaugeValue)
	gauge(descBuild, 1, m.release.Version, m.release.Commit, m.release.Go)
	gauge(descReadable, one01(m.readable))
	for command, r := range m.runs {
		gauge(descLastRun, seconds(r.at), command)
		gauge(descLastExit, float64(r.code), command)
	}
	if m.limit > 0 {
		gauge(descQueueLimit, float64(m.limit))
	}
	if m.failures.Enabled {
		gauge(descFailureLimit, float64(m.failures.Policy.Percent)/100)
	}
	if m.readable {
		gauge(descRejects, float64(m.rejects))
	}
	for _, h := range m.health {
		m.collectLane(ch, h)
	}
}

func (m *measurements) collectLane(ch chan<- prometheus.Metric, h dispatch.Health) {
	gauge, counter := sender(ch, prometheus.GaugeValue), sender(ch, prometheus.CounterValue)
	name, rec, sum := h.Name, h.Lane.Record, m.ever[h.Name]
	for _, s := range []string{
		dispatch.StateOK, dispatch.StateWaiting, dispatch.StateDisabled, dispatch.StateAutoDisabled, dispatch.StateOrphaned,
	} {
		gauge(descState, one01(h.State == s), name, s)
	}
	if leader := m.leaders.of[name]; leader != "" {
		gauge(descLeader, 1, name, leader)
	}
	gauge(descQueueEvents, float64(h.Lane.Events), name)
	gauge(descQueueBytes, float64(h.Lane.Bytes), name)
	gauge(descWindowRequests, float64(h.Requests), name)
	gauge(descWindowFailures, float64(h.Failures), name)
	gauge(descDead, float64(h.Lane.Dead), name)
	gauge(descDeadBytes, float64(h.Lane.DeadBytes), name)
	for d, t := range map[*prometheus.Desc]time.Time{
		descOldest: h.Lane.Oldest, descNextAttempt: h.NextAttempt, descLastSuccess: rec.LastSuccess, descLastFailure: rec.LastFailure,
	} {
		if !t.IsZero() {
			gauge(d, seconds(t), name)
		}
	}
	counter(descAccepted, float64(h.Lane.Events+rec.Gone()), name)
	counter(descDelivered, float64(rec.Delivered), name)
	counter(descGivenUp, float64(rec.Dead), name)
	counter(descDropped, float64(rec.Dropped), name)
	counter(descDeliveredBytes, float64(sum.Bytes), name)
	counter(descRequests, float64(sum.Requests-sum.Failures), name, "delivered")
	counter(descRequests, float64(sum.Failures), name, "failed")

	buckets, below := map[float64]uint64{}, uint64(0)
	for i, bound := range store.LatencyBounds {
		below += uint64(sum.Latency[i])
		buckets[bound.Seconds()] = below
	}
	ch <- prometheus.MustNewConstHistogram(descDuration, uint64(sum.Requests), sum.Took.Seconds(), buckets, name)
}

// sender sends values of one type.
func sender(ch chan<- prometheus.Metric, t prometheus.ValueType) func(*prometheus.Desc, float64, ...string) {
	return func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, t, v, labels...)
	}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func one01(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
