package event

import "bytes"

// TestEvent is an event that wnotify test sends.
type TestEvent struct {
	Selector *Selector // the top-level type that it stands for
	Kind     *Kind
	Risk     Risk // Unknown: that of the published sample
}

// testUser is the newly added user of Wallarm's own test.
const testUser = `"user":{"name":"new_user_name","email":"test@example.com","role":"Administrator"},` +
	`"created_by":{"name":"John Doe","email":"johndoe@example.com"}`

// TestEvents returns one event for each top-level type of which something is
// selected, in the order of the catalogue; without any, a vulnerability. It is
// the published one where the selection includes that, else one of the part that
// it names first.
func (s Selection) TestEvents() []TestEvent {
	if s.Empty() {
		return findSelector("vulnerabilities").bit.TestEvents()
	}
	var list []TestEvent
	for _, top := range s.TopLevel() {
		list = append(list, s.testEvent(top))
	}
	return list
}

func (s Selection) testEvent(top *Selector) TestEvent {
	published := TestEvent{Selector: top, Kind: Lookup(top.test)}
	if s.Match(published.Kind, sampleRisk(published.Kind)) {
		return published
	}
	for _, sub := range top.Subs {
		switch {
		case s.first&sub.bit.bits == 0:
		case sub.Risk != Unknown:
			published.Risk = sub.Risk
			return published
		default:
			return TestEvent{Selector: top, Kind: firstKind(sub)}
		}
	}
	return published
}

// sampleRisk is the risk of the sample of a kind.
func sampleRisk(k *Kind) Risk {
	return ParseRisk([]byte(decode(sampleDetails(k)).at(k.Object).str(k.riskMember())))
}

// sampleDetails returns the details of the sample of a kind.
func sampleDetails(k *Kind) []byte {
	sample := Sample(k.Type)
	m, _ := find(sample, "details")
	return sample[m.value:m.end]
}

// Test writes the test event of a kind on one line: published test data, where
// there are any, with the prefix of tests and the client, the cloud and the
// links of the account. A risk other than Unknown takes the place of the
// sample's.
func (a Account) Test(k *Kind, r Risk) []byte {
	inner := rest(sampleDetails(k), "client_name", "cloud", "notification_type")
	if k.Type == "create_user" {
		inner = []byte(testUser)
	}
	for _, console := range []string{consoleUS, consoleEU} {
		inner = bytes.ReplaceAll(inner, []byte(`"`+console), []byte(`"`+a.console()))
	}
	if r != Unknown && k.riskMember() != "" {
		inner = withRisk(inner, k, r)
	}
	details := a.headed(append(append([]byte{'{'}, inner...), '}'), k.Type)
	return compose("[Test message] [Test partner("+a.Cloud+")] ", k, details)
}

// withRisk puts another risk into the members of a sample.
func withRisk(inner []byte, k *Kind, r Risk) []byte {
	details := append(append([]byte{'{'}, inner...), '}')
	object, _ := find(details, k.Object)
	level, _ := find(details[object.value:object.end], k.riskMember())
	out := append([]byte(nil), details[1:object.value+level.value]...)
	out = quote(out, r.String())
	return append(out, details[object.value+level.end:len(details)-1]...)
}
