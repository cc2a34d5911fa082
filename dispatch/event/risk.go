package event

import "bytes"

// Risk is how grave a vulnerability or security issue is; the zero value is a
// risk that is missing or has no name here.
type Risk uint8

// The risks, as details.vuln.threat and details.security_issue.risk name them.
const (
	Unknown Risk = iota
	Critical
	High
	Medium
	Low
	Info
)

const risks = int(Info) + 1

var riskNames = [risks]string{"", "Critical", "High", "Medium", "Low", "Info"}

// String returns the risk as it is written on the wire, or "" for Unknown.
func (r Risk) String() string {
	if int(r) < risks {
		return riskNames[r]
	}
	return ""
}

// ParseRisk reads a risk, in whatever case it is written; anything that is none
// is Unknown.
func ParseRisk(s []byte) Risk {
	for r := Critical; r <= Info; r++ {
		if len(s) == len(riskNames[r]) && bytes.EqualFold(s, []byte(riskNames[r])) {
			return r
		}
	}
	return Unknown
}
