package dispatch

import (
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/retry"
)

// Settings are everything that the configuration decides.
type Settings struct {
	Account      event.Account
	Integrations []Integration // in the order of the file
	Triggers     []trigger.Rule
	AutoDisable  AutoDisable
	Queue        QueueLimits
	Retention    time.Duration // of the history of attempts
}

// Integration is a named collector with its settings.
type Integration struct {
	Name    string
	Type    string // webhook, fluentd, logstash
	Title   string // free text, or empty
	Enabled bool

	Events  event.Selection
	Headers bool // forward a hit's headers

	Endpoint collector.Endpoint
	Format   payload.Format

	BatchEvents int
	BatchBytes  int64

	Schedule retry.Schedule
	Repeat   bool // after_retries = "repeat"
}

// AutoDisable says when an integration is disabled automatically.
type AutoDisable struct {
	Enabled bool
	Policy  retry.Policy
}

// QueueLimits bound what is kept.
type QueueLimits struct {
	MaxBytes   int64 // per integration
	DropOldest bool  // overflow = "drop-oldest"
	MaxDead    int64
	MaxRejects int64
}

// Integration returns the integration of a name.
func (s *Settings) Integration(name string) (Integration, bool) {
	for _, i := range s.Integrations {
		if i.Name == name {
			return i, true
		}
	}
	return Integration{}, false
}
