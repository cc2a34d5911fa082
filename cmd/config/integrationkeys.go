package config

import (
	"errors"
	"mime"
	"strings"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/retry"
)

// events takes names of event types, or one name as text.
func (i *integration) events(v value) {
	if v.kind == text {
		v.node = &node{kind: list, at: v.at, items: []*node{v.node}}
	}
	var names []string
	bad := false
	v.texts(func(item value) {
		_, err := event.ParseSelection([]string{item.text})
		if unknown, ok := errors.AsType[*event.UnknownError](err); ok {
			hint := "wnotify events lists them"
			if unknown.Suggestion != "" {
				hint = "did you mean " + unknown.Suggestion + "?"
			}
			item.refusef(hint, "%s is not an event type", cite(item.text))
			bad = true
			return
		}
		names = append(names, item.text)
	})
	selection, err := event.ParseSelection(names)
	switch {
	case bad:
	case err != nil:
		v.refusef("", "%s", err)
	default:
		i.Events = selection
	}
}

func (i *integration) verifyTLS(v value) {
	if v.is(truth) {
		i.Endpoint.SkipVerify = !v.truth
	}
}

// retry takes the cycles of the schedule; none make one attempt.
func (i *integration) retry(v value) {
	var cycles []string
	before := len(v.in.problems)
	v.texts(func(item value) {
		var waits []string
		for f := range strings.FieldsSeq(item.text) {
			d, err := parseDuration(f)
			if err != nil {
				item.refusef("waits between blanks, as \"1s 3s 5s\"", "%s", err)
				return
			}
			if d > retry.MaxWait {
				item.refusef("", "waits %s; at most %s", showDuration(d), showDuration(retry.MaxWait))
				return
			}
			waits = append(waits, d.String())
		}
		if len(waits) == 0 {
			item.refusef("delete it; [] makes one attempt", "is a cycle without waits")
		}
		cycles = append(cycles, strings.Join(waits, " "))
	})
	if len(v.in.problems) > before || v.kind != list {
		return
	}
	schedule, err := retry.Parse(cycles)
	switch {
	case err != nil:
		v.refusef("", "%s", err)
	case schedule.Len() > 1000:
		v.refusef("", "has %d waits; at most 1000 make sense", schedule.Len())
	default:
		i.Schedule = schedule
	}
}

func (i *integration) afterRetries(v value) {
	what := "dead-letter"
	oneOf(&what, "dead-letter", "repeat")(v)
	i.Repeat = what == "repeat"
}

// signingSecret takes one secret, or a list while rotating; "" is none.
func (i *integration) signingSecret(v value) {
	if v.kind == text && v.text == "" {
		i.Endpoint.Signing = nil
		return
	}
	items := []*node{v.node}
	if v.kind == list {
		items = v.items
	}
	signing := make([]collector.Secret, len(items))
	for k, item := range items {
		secretOf(&signing[k], nil)(value{item, v.in, v.key})
	}
	i.Endpoint.Signing = signing
}

// contentTypeOf takes a media type, in lower case as collectors want it.
func contentTypeOf(to *string) field {
	return func(v value) {
		if !v.is(text) {
			return
		}
		lower := strings.ToLower(v.text)
		if media, _, err := mime.ParseMediaType(lower); lower != "" && (err != nil || !strings.Contains(media, "/")) {
			v.refusef("as application/json", "%s is not a media type", cite(v.text))
			return
		}
		if v.headerText() {
			*to = lower
		}
	}
}
