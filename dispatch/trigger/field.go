package trigger

import (
	"strconv"
	"strings"
)

// Field is something of an event that filters can look at.
type Field struct {
	Name      string
	EqualOnly bool     // Wallarm offers no "is not" for it
	Values    []string // all that it can have; nil: open
	Help      string   // what its values are

	check func(value string) error
	form  func(dst, text []byte) []byte // appends the form in which values are compared; nothing for what is none
	from  []member                      // of the object; the first that has a value counts
}

// fields are all there are, in the order of the conditions that have them.
var fields = []Field{
	attackType: {
		Name: "attack_type", Help: "a code as sqli, xss, ptrav; the list is open",
		form: appendWord, from: []member{typeMember, attackTypeMember},
	},
	application: {
		Name: "application", Help: "a number or a name; the default application is -1 or default",
		form: appendApplication, from: []member{applicationsMember, applicationMember, applicationIDMember, poolMember},
	},
	ip: {
		Name: "ip", Help: "single addresses, no networks", check: checkAddress,
		form: appendAddress, from: nil, // of two members: see view.values
	},
	domain: {
		Name: "domain", Help: "a host name; host and domain of a hit are one thing",
		form: appendDomain, from: []member{hostMember, domainMember, apiHostMember},
	},
	responseStatus: {
		Name: "response_status", Help: "a code as 404, or a class as 4xx", check: checkStatus,
		form: appendWord, from: []member{responseStatusMember, statusCodeMember},
	},
	target: {
		Name: "target", Values: []string{"server", "client", "database"}, Help: "what the attack is aimed at",
		form: appendWord, from: []member{targetMember},
	},
	userRole: {
		Name: "user_role", Help: "as Administrator, Analyst, Deploy, Read only, API developer",
		form: appendRole, from: []member{roleMember},
	},
	changeType: {
		Name: "change_type", EqualOnly: true, Values: []string{"added", "changed", "excluded", "unused"}, Help: "excluded and unused are the same",
		form: appendChange, from: []member{changeTypeMember},
	},
	pii: {
		Name: "pii", EqualOnly: true, Help: "a kind of sensitive data, as password, email, credit_card_number",
		form: appendWord, from: []member{piiMember, sensitiveDataMember},
	},
	deviationType: {
		Name: "deviation_type", EqualOnly: true, Values: []string{"shadow", "orphan", "zombie"}, Help: "what kind of rogue endpoint",
		form: appendWord, from: []member{deviationTypeMember, typeOfEndpointMember},
	},
	apiSpecIDs: {
		Name: "api_spec_ids", EqualOnly: true, Help: "numbers of uploaded specifications", check: checkNumber,
		form: appendWord, from: []member{apiSpecIDsMember, specificationIDMember},
	},
}

// field is the index of a [Field].
type field uint8

const (
	attackType field = iota
	application
	ip
	domain
	responseStatus
	target
	userRole
	changeType
	pii
	deviationType
	apiSpecIDs

	fieldCount
)

// LookupField returns the field of a name, and whether there is one.
func LookupField(name string) (Field, bool) {
	f, ok := fieldOf(name)
	if !ok {
		return Field{}, false
	}
	return fields[f], true
}

// Fields returns all fields, in the order in which help shows them.
func Fields() []Field { return append([]Field(nil), fields...) }

func fieldOf(name string) (field, bool) {
	for i := range fields {
		if fields[i].Name == name {
			return field(i), true
		}
	}
	return 0, false
}

// Normal returns a value of a filter in the form in which it is compared with
// those of events: lower case, an IPv6 address in its short form, the default
// application as -1. The error is a *ValueError.
func (f Field) Normal(value string) (string, error) {
	v := string(f.form(nil, []byte(value)))
	switch {
	case strings.TrimSpace(value) == "":
		return "", &ValueError{Value: value, Reason: "is empty", Hint: f.Help}
	case f.check != nil:
		if err := f.check(value); err != nil {
			return "", err
		}
	case f.Values != nil && !f.has(v):
		return "", &ValueError{Value: value, Reason: "is unknown", Hint: "one of " + strings.Join(f.Values, ", "), Words: f.Values}
	}
	return v, nil
}

func (f Field) has(v string) bool {
	for _, known := range f.Values {
		if string(f.form(nil, []byte(known))) == v {
			return true
		}
	}
	return false
}

// ValueError says why a filter cannot have a value.
type ValueError struct {
	Value  string
	Reason string   // as: is unknown
	Hint   string   // what it can have
	Words  []string // the values there are, if they are known
}

// Error says what is wrong with which value, and what it can be.
func (e *ValueError) Error() string {
	s := strconv.Quote(e.Value) + " " + e.Reason
	if e.Hint != "" {
		s += ": " + e.Hint
	}
	return s
}

// normal is a value of a filter as it is compared, whatever it is worth.
func normal(name, value string) string {
	f, ok := fieldOf(name)
	if !ok {
		return value
	}
	return string(fields[f].form(nil, []byte(value)))
}
