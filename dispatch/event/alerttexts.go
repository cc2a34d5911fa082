package event

import "strings"

// thresholdExceeded is the text of alerts that count. Published for hits (with
// the type attacks_exceeded) and incidents; those for attacks and payloads
// follow it. The apostrophe of clauses is typographic, as published.
func thresholdExceeded(f fields) description {
	c := conditionOf(f.str("condition"))
	if c == nil || f.str("threshold") == "" {
		return description{}
	}
	what := "The number of detected " + c.counted
	if ip := f.str("ip"); ip != "" {
		what += " from " + ip
	}
	body := what + " exceeded " + f.str("threshold") + " in " + period(f.str("period")) + "." + triggered(f)
	if clauses := clausesOf(f); clauses != "" {
		body += "\n\nAdditional trigger’s clauses:\n" + clauses
	}
	if link := f.str("link"); link != "" {
		body += "\n\nView events:\n" + link
	}
	return description{title: c.title, body: body}
}

// ipBlocked is the text of 2021 with the reason and the application that came in
// 2022.
func ipBlocked(f fields) description {
	ip := f.str("ip")
	if ip == "" {
		return description{}
	}
	body := "IP address " + ip + " was denylisted"
	if until := f.str("expire_at"); until != "" {
		body += " until " + until
	}
	if reason := f.str("reason"); reason != "" {
		body += " for the reason " + reason
	}
	body += `. You can review blocked IP addresses in the "Denylist" section of Wallarm Console.` + triggered(f)
	if application := f.str("application"); application != "" {
		body += " The IP is blocked for the application " + application + "."
	}
	return description{body: body}
}

// apiChanged is published for new endpoints; the words for changed and unused
// ones are ours.
func apiChanged(f fields) description {
	endpoint := f.str("http_method") + " " + f.str("domain") + f.str("endpoint_path") + " endpoint"
	d := description{lines: lines(f, "application", "domain", "endpoint_path", "http_method", "change_type", "link")}
	switch f.str("change_type") {
	case "added":
		d.title = "A new endpoint has been discovered in your API"
		d.body = "The new " + endpoint + " has been discovered in your API."
	case "changed":
		d.title = "An endpoint has been changed in your API"
		d.body = "The " + endpoint + " has been changed in your API."
	case "unused", "excluded":
		d.title = "An unused endpoint has been discovered in your API"
		d.body = "The " + endpoint + " in your API has become unused."
	}
	return d
}

func rogueAPI(f fields) description {
	kind := f.str("type_of_endpoint")
	if kind == "" {
		return description{}
	}
	return description{
		title: "A new " + kind + " endpoint has been discovered in your API",
		body: "The new " + f.str("http_method") + " " + f.str("api_host") + f.str("endpoint_path") + " " + kind +
			" endpoint has been discovered in your API.",
		lines: lines(f, "application", "api_host", "endpoint_path", "http_method", "type_of_endpoint", "link", "specification_name"),
	}
}

func compromisedLogins(f fields) description {
	accounts := strings.Join(f.strs("compromised_accounts"), ", ")
	if accounts == "" {
		return description{}
	}
	return description{body: "Stolen credentials have been detected in your incoming traffic:\n\nCompromised accounts: " + accounts +
		"\nAssociated URL: " + f.str("url") + "\nLink: " + f.str("link")}
}

// lines are details that a message lists by their names.
func lines(f fields, names ...string) []string {
	list := make([]string, 0, 2*len(names))
	for _, name := range names {
		list = append(list, name, f.str(name))
	}
	return list
}
