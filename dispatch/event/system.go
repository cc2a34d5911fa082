package event

import "time"

// Integration is an integration as system events name it.
type Integration struct {
	ID   string `json:"id"`   // its name in the configuration
	Name string `json:"name"` // its title, or the same
	Type string `json:"type"` // webhook, fluentd, logstash
}

// Trigger is a trigger as system events name it.
type Trigger struct {
	Name      string
	Condition string // as a configuration writes it: attacks, hits, …
	Enabled   bool
}

// Failures are why an integration was disabled automatically.
type Failures struct {
	Reason        string // the last failure, a sentence
	Failed, Total int64  // requests in the window
	Window        time.Duration
}

// actor is somebody who did something.
type actor struct {
	Name string `json:"name"`
}

// actorOf returns nil for nobody, so that the member is left out.
func actorOf(name string) *actor {
	if name == "" {
		return nil
	}
	return &actor{Name: name}
}

// IntegrationDisabled is the disable_integration that tells that somebody (by,
// or "" when that is unknown) disabled an integration, on one line.
func (a Account) IntegrationDisabled(i Integration, by string) []byte {
	return a.write("disable_integration", struct {
		Integration Integration `json:"integration"`
		By          *actor      `json:"disabled_by,omitempty"`
	}{i, actorOf(by)})
}

// IntegrationDeleted is the delete_integration that tells that somebody deleted
// an integration.
func (a Account) IntegrationDeleted(i Integration, by string) []byte {
	return a.write("delete_integration", struct {
		Integration Integration `json:"integration"`
		By          *actor      `json:"deleted_by,omitempty"`
	}{i, actorOf(by)})
}

// IntegrationBroken is the integration_broken that tells that an integration was
// disabled automatically. The percentage is rounded down, so that it is never
// above what was found.
func (a Account) IntegrationBroken(i Integration, f Failures) []byte {
	return a.write("integration_broken", struct {
		Integration Integration `json:"integration"`
		Reason      string      `json:"reason"`
		Failed      int64       `json:"failed_requests"`
		Total       int64       `json:"total_requests"`
		Percent     int64       `json:"failure_percent"`
		Hours       float64     `json:"window_hours"`
	}{i, f.Reason, f.Failed, f.Total, f.Failed * 100 / max(f.Total, 1), f.Window.Hours()})
}

// TriggerCreated is the trigger_create that tells of a new trigger.
func (a Account) TriggerCreated(t Trigger, by string) []byte {
	return a.triggerChanged("trigger_create", t, by)
}

// TriggerUpdated is the trigger_update that tells that a trigger was changed,
// enabled or disabled.
func (a Account) TriggerUpdated(t Trigger, by string) []byte {
	return a.triggerChanged("trigger_update", t, by)
}

// TriggerDeleted is the trigger_delete that tells that a trigger was deleted.
func (a Account) TriggerDeleted(t Trigger, by string) []byte {
	return a.triggerChanged("trigger_delete", t, by)
}

func (a Account) triggerChanged(typ string, t Trigger, by string) []byte {
	type object struct {
		ID        string `json:"id"`
		Name      string `json:"name"`
		Condition string `json:"condition"`
		Enabled   bool   `json:"enabled"`
	}
	return a.write(typ, struct {
		Trigger object `json:"trigger"`
		By      *actor `json:"changed_by,omitempty"`
	}{object{t.Name, t.Name, template(t.Condition), t.Enabled}, actorOf(by)})
}

// RequestsPerHour is the requests_per_hour of the hour that began at start.
func (a Account) RequestsPerHour(requests int64, start time.Time) []byte {
	return a.write("requests_per_hour", struct {
		Requests int64 `json:"requests"`
		Start    int64 `json:"period_start"` // Unix seconds
		End      int64 `json:"period_end"`
	}{requests, start.Unix(), start.Add(time.Hour).Unix()})
}

// write writes a notification whose details, after the members that all have,
// are those of a struct.
func (a Account) write(typ string, details any) []byte {
	return compose(a.prefix(), Lookup(typ), a.headed(encode(details), typ))
}
