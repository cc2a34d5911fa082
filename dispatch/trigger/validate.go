package trigger

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// MaxPer is the longest window.
const MaxPer = 30 * 24 * time.Hour

// Problem is something wrong with a rule.
type Problem struct {
	Where string // the key: condition, threshold, threshold.per, filters[1].values[0]
	What  string // is unknown, has no filter target, …
	Hint  string // what to do, or ""
}

// Problems returns everything that is wrong with a rule: with its condition, its
// threshold and its filters. Whether its integrations exist is not known here.
func (r *Rule) Problems() []Problem {
	c, known := LookupCondition(r.Condition)
	if !known {
		names := make([]string, len(conditions))
		for i := range conditions {
			names[i] = conditions[i].Name
		}
		return []Problem{{"condition", fmt.Sprintf("%q is unknown", r.Condition), "one of " + strings.Join(names, ", ")}}
	}
	list := r.thresholdProblems(c)
	if len(r.Filters) > MaxFilters {
		list = append(list, Problem{"filters", fmt.Sprintf("has %d filters", len(r.Filters)), fmt.Sprintf("at most %d are possible", MaxFilters)})
	}
	for i, f := range r.Filters {
		list = append(list, f.problems(c, fmt.Sprintf("filters[%d]", i))...)
	}
	return list
}

// Validate returns nil or an error that names every problem.
func (r *Rule) Validate() error {
	list := r.Problems()
	errs := make([]error, len(list))
	for i, p := range list {
		text := "trigger " + r.Name + ": " + p.Where + " " + p.What
		if p.Hint != "" {
			text += " (" + p.Hint + ")"
		}
		errs[i] = errors.New(text)
	}
	return errors.Join(errs...)
}

// usable reports whether a rule can be counted, whatever it finds.
func (r *Rule) usable() bool {
	c, known := LookupCondition(r.Condition)
	for _, f := range r.Filters {
		known = known && c.Offers(f.Field)
	}
	return known && (!c.Counted || r.Per >= time.Second)
}

func (r *Rule) thresholdProblems(c Condition) []Problem {
	const example = `threshold = { more_than = 100, per = "1h" }`
	switch {
	case !c.Counted && (r.Per != 0 || r.MoreThan != 0):
		return []Problem{{"threshold", c.Name + " has no threshold: each one sends an alert", "delete it"}}
	case !c.Counted:
		return nil
	case r.Per == 0:
		return []Problem{{"threshold", c.Name + " needs a threshold", example}}
	}
	var list []Problem
	if r.MoreThan < 0 {
		list = append(list, Problem{"threshold.more_than", "is negative", example})
	}
	if c.Name == "payloads" && r.MoreThan > MaxPayloads {
		list = append(list, Problem{"threshold.more_than", "is too large for payloads", fmt.Sprintf("at most %d", MaxPayloads)})
	}
	if r.Per < time.Second || r.Per > MaxPer || r.Per%time.Second != 0 {
		list = append(list, Problem{"threshold.per", "must be whole seconds, from 1s to 30d", example})
	}
	return list
}

func (f *Filter) problems(c Condition, where string) []Problem {
	field, known := LookupField(f.Field)
	switch {
	case !known:
		return []Problem{{where + ".field", fmt.Sprintf("%q is unknown", f.Field), c.Name + " has " + strings.Join(c.Fields, ", ")}}
	case !c.Offers(f.Field):
		return []Problem{{where + ".field", c.Name + " has no filter " + f.Field, "it has " + strings.Join(c.Fields, ", ")}}
	}
	var list []Problem
	if f.Not && field.EqualOnly {
		list = append(list, Problem{where + ".not", f.Field + " can only be compared for equality", ""})
	}
	if len(f.Values) == 0 {
		list = append(list, Problem{where + ".values", "is empty: no event has none of nothing", field.Help})
	}
	for i, v := range f.Values {
		_, err := field.Normal(v)
		if wrong, ok := errors.AsType[*ValueError](err); ok {
			list = append(list, Problem{fmt.Sprintf("%s.values[%d]", where, i), fmt.Sprintf("%q %s", v, wrong.Reason), wrong.Hint})
		}
	}
	return list
}
