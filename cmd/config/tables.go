package config

import (
	"net/url"
	"strings"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/retry"
)

// setDefaults are those that starter.toml shows.
func (f *File) setDefaults() {
	s := &f.settings
	s.Account = event.Account{ClientName: "TestCompany", Cloud: "US", Partner: "Wallarm"}
	s.AutoDisable.Enabled = true
	s.AutoDisable.Policy = retry.Policy{Percent: 60, Window: 12 * time.Hour, MinRequests: 20}
	s.Queue.MaxBytes, s.Queue.MaxDead, s.Queue.MaxRejects = gib, gib, 64*mib
	s.Retention = 7 * day
	f.Store = Store{Engine: "bolt", Stream: "wnotify", Replicas: 3}
	f.read = map[string]integration{}
	f.defaults = newIntegration()
}

// fields are the tables of the file. Those that depend on others wait.
func (f *File) fields() fields {
	wait := func(value) {}
	return fields{
		"version":       version,
		"account":       func(v value) { v.read(f.accountFields()) },
		"auto_disable":  f.autoDisable,
		"queue":         func(v value) { v.read(f.queueFields()) },
		"log":           func(v value) { v.read(f.logFields()) },
		"metrics":       func(v value) { v.read(f.metricsFields()) },
		"store":         f.store,
		"defaults":      wait,
		integrationWhat: wait,
		triggerWhat:     wait,
	}
}

func (f *File) accountFields() fields {
	a := &f.settings.Account
	return fields{
		"client_name": textOf(&a.ClientName, 200),
		"cloud":       oneOf(&a.Cloud, "US", "EU"),
		"partner":     textOf(&a.Partner, 200),
	}
}

func (f *File) logFields() fields {
	return fields{"retention": durationOf(&f.settings.Retention, time.Minute, 3650*day)}
}

func (f *File) metricsFields() fields {
	return fields{"textfile": optionalPathOf(&f.Metrics.Textfile)}
}

// queueFields bound what is kept. Zero is no bound in the queue, so it is
// refused rather than taken for "nothing".
func (f *File) queueFields() fields {
	q := &f.settings.Queue
	return fields{
		"max_bytes": sizeOf(&q.MaxBytes, pib),
		"overflow": func(v value) {
			overflow := "refuse"
			oneOf(&overflow, "refuse", "drop-oldest")(v)
			q.DropOldest = overflow == "drop-oldest"
		},
		"max_dead_bytes":   sizeOf(&q.MaxDead, pib),
		"max_reject_bytes": sizeOf(&q.MaxRejects, pib),
	}
}

// autoDisable takes [auto_disable]. The window is counted in slots.
func (f *File) autoDisable(v value) {
	v.read(f.autoDisableFields())
	if f.settings.AutoDisable.Policy.Window%retry.Slot != 0 {
		v.sub("window", v.member("window")).refusef("", "must be a multiple of %s", showDuration(retry.Slot))
	}
}

func (f *File) autoDisableFields() fields {
	a := &f.settings.AutoDisable
	return fields{
		"enabled":         truthOf(&a.Enabled),
		"failure_percent": wholeOf(&a.Policy.Percent, 1, 100),
		"window":          durationOf(&a.Policy.Window, retry.Slot, 7*day),
		"min_requests":    wholeOf(&a.Policy.MinRequests, 1, 1e12),
	}
}

// store takes [store].
func (f *File) store(v value) {
	s := &f.Store
	v.read(f.storeFields())
	if v.kind != table {
		return
	}
	if s.Engine == "nats" && v.member("url") == nil {
		v.sub("url", v.node).missingf(`url = "nats://…:4222"`, "is missing: engine nats needs it")
	}
	if s.Engine == "bolt" && v.member("url") != nil {
		v.sub("url", v.member("url")).warnf(`set engine = "nats"`, "has no effect with engine bolt")
	}
}

// storeFields: the name of a stream is one token of a NATS subject.
func (f *File) storeFields() fields {
	s := &f.Store
	return fields{
		"engine":      oneOf(&s.Engine, "bolt", "nats"),
		"url":         natsURLs(&s.URLs),
		"credentials": secretOf(&s.Credentials, nil),
		"stream":      wordOf(&s.Stream, "a name of A-Z a-z 0-9 _ -", bareBytes),
		"replicas":    wholeOf(&s.Replicas, 1, 5),
	}
}

// natsURLs takes addresses between commas, or a list of them.
func natsURLs(to *[]string) field {
	return func(v value) {
		if v.kind == list {
			v.texts(func(item value) { natsURLs(to)(item) })
			return
		}
		if !v.is(text) {
			return
		}
		for s := range strings.SplitSeq(v.text, ",") {
			s = strings.TrimSpace(s)
			u, err := url.Parse(s)
			if err != nil || u.Hostname() == "" || u.Scheme != "nats" && u.Scheme != "tls" && u.Scheme != "ws" && u.Scheme != "wss" {
				v.refusef("as nats://nats-1:4222,nats://nats-2:4222", "holds an address that is not one of a NATS server")
				return
			}
			*to = append(*to, s)
		}
	}
}
