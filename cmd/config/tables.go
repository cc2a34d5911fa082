package config

import (
	"net/url"
	"strings"

	"github.com/wnotify/wnotify/retry"
)

// autoDisable takes [auto_disable]. The window is counted in slots.
func (f *File) autoDisable(v value) {
	a := &f.settings.AutoDisable
	v.read(fields{
		"enabled":         truthOf(&a.Enabled),
		"failure_percent": wholeOf(&a.Policy.Percent, 1, 100),
		"window":          durationOf(&a.Policy.Window, retry.Slot, 7*day),
		"min_requests":    wholeOf(&a.Policy.MinRequests, 1, 1e12),
	})
	if a.Policy.Window%retry.Slot != 0 {
		v.sub("window", v.member("window")).refuse("", "must be a multiple of %s", showDuration(retry.Slot))
	}
}

// queue takes [queue]. No rejects kept is a choice; no dead letters would be a
// loss.
func (f *File) queue(v value) {
	q := &f.settings.Queue
	overflow := "refuse"
	v.read(fields{
		"max_bytes":        sizeOf(&q.MaxBytes, 1, pib),
		"overflow":         oneOf(&overflow, "refuse", "drop-oldest"),
		"max_dead_bytes":   sizeOf(&q.MaxDead, 1, pib),
		"max_reject_bytes": sizeOf(&q.MaxRejects, 1, pib),
	})
	q.DropOldest = overflow == "drop-oldest"
}

// store takes [store]. A name of a stream is one token of a NATS subject.
func (f *File) store(v value) {
	s := &f.Store
	v.read(fields{
		"engine":      oneOf(&s.Engine, "bolt", "nats"),
		"url":         natsURLs(&s.URLs),
		"credentials": secretOf(&s.Credentials, nil),
		"stream":      wordOf(&s.Stream, "a name of A-Z a-z 0-9 _ -", bareBytes),
		"replicas":    wholeOf(&s.Replicas, 1, 5),
	})
	if v.kind != table {
		return
	}
	if s.Engine == "nats" && len(s.URLs) == 0 && v.member("url") == nil {
		v.missing(`url = "nats://…:4222"`, "engine nats needs a url")
	}
	if s.Engine == "bolt" && v.member("url") != nil {
		v.sub("url", v.member("url")).warn(`set engine = "nats"`, "has no effect with engine bolt")
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
				v.refuse("as nats://nats-1:4222,nats://nats-2:4222", "holds an address that is not one of a NATS server")
				return
			}
			*to = append(*to, s)
		}
	}
}
