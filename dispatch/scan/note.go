package scan

// place is a container whose members matter.
type place uint8

const (
	_ place = iota
	root
	top
	details
	hit
	vuln
	issue
)

// signs has, for each place, the bits of [sign] of the names of interest there.
var signs = [8]uint64{
	top: ^uint64(0),
	details: 1<<((len("notification_type")^'n')&63) | 1<<((len("hit")^'h')&63) |
		1<<((len("vuln")^'v')&63) | 1<<((len("security_issue")^'s')&63),
	hit:   1<<((len("headers")^'h')&63) | 1<<((len("experimental")^'e')&63) | 1<<((len("sampled")^'s')&63),
	vuln:  1 << ((len("threat") ^ 't') & 63),
	issue: 1 << ((len("risk") ^ 'r') & 63),
}

// sign is a number below 64 that tells most names apart.
func sign(length int, first byte) int { return (length ^ int(first)) & 63 }

// member is a member whose value matters.
type member uint8

const (
	_ member = iota
	typ
	objectType
	detailsObject
	detailsType
	hitObject
	vulnObject
	issueObject
	threat
	risk
	experimental
	sampled
	headers
)

// enter returns the place that an object is which is the value of want.
func (f *Fields) enter(in place, want member) place {
	if in == root {
		f.Object = true
		return top
	}
	switch want {
	case detailsObject:
		f.Details = true
		return details
	case hitObject:
		return hit
	case vulnObject:
		return vuln
	case issueObject:
		return issue
	default:
		return 0
	}
}

// member recognises a name. Since of duplicates the last one counts, it forgets
// what an earlier object of that name had in it.
func (f *Fields) member(in place, name []byte) member {
	switch in {
	case top:
		return f.memberOfTop(name)
	case details:
		switch string(name) {
		case "notification_type":
			return detailsType
		case "hit":
			f.Experimental, f.Unsampled = false, false
			return hitObject
		case "vuln":
			f.Threat = nil
			return vulnObject
		case "security_issue":
			f.Risk = nil
			return issueObject
		}
	case hit:
		switch string(name) {
		case "headers":
			return headers
		case "experimental":
			return experimental
		case "sampled":
			return sampled
		}
	case vuln:
		if string(name) == "threat" {
			return threat
		}
	case issue:
		if string(name) == "risk" {
			return risk
		}
	default:
	}
	return 0
}

func (f *Fields) memberOfTop(name []byte) member {
	switch string(name) {
	case "details":
		f.Details, f.DetailsType, f.Threat, f.Risk = false, nil, nil, nil
		f.Experimental, f.Unsampled = false, false
		return detailsObject
	case "summary":
		f.Summary = true
		return 0
	case "description":
		return 0
	}
	f.Other = true
	switch string(name) {
	case "notification_type":
		return typ
	case "object_type":
		return objectType
	}
	return 0
}

// note takes in the value data[start:end] of a member.
func (f *Fields) note(want member, data []byte, start, end int) {
	var text []byte
	if data[start] == '"' {
		text = unescape(data[start+1 : end-1 : end-1])
	}
	switch want {
	case headers:
		f.endCut(data, end)
	case experimental:
		f.Experimental = data[start] == 't'
	case sampled:
		f.Unsampled = data[start] == 'f'
	case typ:
		f.Type = text
	case objectType:
		f.ObjectType = text
	case detailsType:
		f.DetailsType = text
	case threat:
		f.Threat = text
	case risk:
		f.Risk = text
	default:
	}
}
