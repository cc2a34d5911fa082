package event

import "github.com/wnotify/wnotify/dispatch/scan"

func rescan(wrapped []byte) (*scan.Fields, error) {
	f := scan.Fields{Object: true, Details: true}
	d := decode(wrapped).at("details")
	f.DetailsType = []byte(d.str("notification_type"))
	f.Threat = []byte(d.at("vuln").str("threat"))
	f.Risk = []byte(d.at("security_issue").str("risk"))
	return &f, nil
}
