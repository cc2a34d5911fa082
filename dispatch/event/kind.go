package event

import (
	"iter"
	"strings"

	"github.com/wnotify/wnotify/dispatch/scan"
)

// Kind is one row of the catalogue: what is known of a notification type. Rows
// are shared and must not be changed.
type Kind struct {
	Type       string // details.notification_type
	Selector   string // the narrowest selector that takes it whatever its risk; "" for what only triggers send
	Object     string // the member of details that holds its object, or ""
	Title      string // the summary without its prefix
	Doc        string // one line
	Provenance Provenance

	level Risk                     // of the types that carry their risk in their name
	text  func(fields) description // nil: it has no description, as published
	takes [risks]Selection         // by risk, everything that selects it
}

// Provenance says where a row of the catalogue comes from.
type Provenance uint8

// The kinds of provenance, the weakest first.
const (
	Proposed      Provenance = iota // nothing public shows it: our proposal
	NamePublished                   // the type's name is published, the rest is our proposal
	TextPublished                   // name, summary and description are published, the shape of details is not
	Published                       // a whole notification is published
)

// String returns the provenance in words.
func (p Provenance) String() string {
	return [...]string{"proposed", "name published", "text published", "published"}[p]
}

// Kinds yields the catalogue in its order.
func Kinds() iter.Seq[*Kind] {
	return func(yield func(*Kind) bool) {
		for i := range catalogue {
			if !yield(&catalogue[i]) {
				return
			}
		}
	}
}

// Lookup returns the row of a notification type, or nil when the catalogue does
// not know it.
func Lookup(notificationType string) *Kind { return byType[notificationType] }

var byType = index(catalogue)

func index(kinds []Kind) map[string]*Kind {
	m := make(map[string]*Kind, len(kinds))
	for i := range kinds {
		m[kinds[i].Type] = &kinds[i]
	}
	return m
}

// TopLevel returns the name of the event type that it belongs to, or "".
func (k *Kind) TopLevel() string {
	top, _, _ := strings.Cut(k.Selector, ".")
	return top
}

// risk is the level of an event of this kind: what the object states, else what
// the name says.
func (k *Kind) risk(f *scan.Fields) Risk {
	stated := Unknown
	switch k.Object {
	case "vuln":
		stated = ParseRisk(f.Threat)
	case "security_issue":
		stated = ParseRisk(f.Risk)
	}
	if stated == Unknown {
		return k.level
	}
	return stated
}

// riskMember is the member of the object that holds its risk, or "".
func (k *Kind) riskMember() string {
	switch k.Object {
	case "vuln":
		return "threat"
	case "security_issue":
		return "risk"
	}
	return ""
}

// takers returns everything that selects an event of this kind and risk.
func (k *Kind) takers(r Risk) Selection {
	if int(r) >= risks {
		r = Unknown
	}
	return k.takes[r]
}

// route fills in who takes each row.
func route(kinds []Kind) []Kind {
	for i := range kinds {
		k := &kinds[i]
		for r := range k.takes {
			k.takes[r] = all
		}
		sel := findSelector(k.Selector)
		if sel == nil {
			continue
		}
		for r := range k.takes {
			k.takes[r].bits |= sel.bit.bits | findSelector(sel.Top()).bit.bits
			for _, sub := range sel.Subs {
				if sub.Risk != Unknown && sub.Risk == Risk(r) {
					k.takes[r].bits |= sub.bit.bits
				}
			}
		}
	}
	return kinds
}
