package event

import (
	"strconv"
	"strings"
)

// The texts of what is sent. Each is built from the details and leaves the
// description out when they do not hold what it is about. Texts that are
// published are published to the letter; those of rows whose provenance is less
// are proposals in the same manner.

// finding is the text of vulnerabilities and, with other words, of security
// issues. The two blank lines before the client are published.
func finding(object, noun, host, risk string) func(fields) description {
	return func(f fields) description {
		v := f.at(object)
		if v == nil {
			return description{}
		}
		var b strings.Builder
		b.WriteString("New " + noun + " was detected in your system.\n\n")
		for _, line := range [][2]string{
			{"ID", "id"},
			{"Title", "title"},
			{title(host), host},
			{"Path", "path"},
			{"Port", "port"},
			{"URL", "url"},
			{"Method", "method"},
			{"Discovered by", "discovered_by"},
			{"Parameter", "parameter"},
			{"Type", "type"},
			{title(risk), risk},
		} {
			// Only messages about security issues have them, and not all.
			if _, there := v[line[1]]; !there && (line[1] == "port" || line[1] == "url") {
				continue
			}
			b.WriteString(line[0] + ": " + v.str(line[1]) + "\n")
		}
		b.WriteString("\nMore details: " + f.str(object+"_link") + "\n")
		return description{body: b.String()}
	}
}

func title(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// person is a user as texts name one: John Smith <johnsmith@example.com>.
func person(f fields) string {
	if email := f.str("email"); email != "" {
		return strings.TrimSpace(f.str("name") + " <" + email + ">")
	}
	return f.str("name")
}

// by is the end of a sentence about something done by somebody, if it is known
// by whom.
func by(f fields, member string) string {
	if who := person(f.at(member)); who != "" {
		return " by " + who
	}
	return ""
}

func userAdded(f fields) description {
	d := description{}
	if f.str("trigger_name") != "" {
		d.title = "Trigger: New user was added to the company account"
	}
	if user := f.at("user"); user != nil {
		d.body = "A new user " + person(user) + " with the role " + user.str("role") + " was added to the company account" + by(f, "created_by") + "."
	}
	return d.with(triggered(f))
}

// with appends to a body that there is.
func (d description) with(sentence string) description {
	if d.body != "" {
		d.body += sentence
	}
	return d
}

func userDeleted(f fields) description {
	user := f.at("user")
	if user == nil {
		return description{}
	}
	return description{body: "The user " + person(user) + " with the role " + user.str("role") + " was deleted from the company account" + by(f, "deleted_by") + "."}
}

func userUpdated(f fields) description {
	user := f.at("user")
	if user == nil {
		return description{}
	}
	return description{body: "The role of the user " + person(user) + " was changed from " + f.str("old_role") + " to " + f.str("new_role") + by(f, "updated_by") + "."}
}

// done is the text of something that was done to an object with a name.
func done(object, verb, actor string) func(fields) description {
	return func(f fields) description {
		o := f.at(object)
		if o == nil {
			return description{}
		}
		name := o.str("name")
		if name == "" {
			name = o.str("id")
		}
		return description{body: "The " + object + " \"" + name + "\" was " + verb + by(f, actor) + "."}
	}
}

func integrationBroken(f fields) description {
	d := done("integration", "disabled automatically", "")(f).with(" " + f.str("failed_requests") + " of " + f.str("total_requests") +
		" requests (" + f.str("failure_percent") + "%) failed in " + hours(f.str("window_hours")) + ".")
	if reason := f.str("reason"); reason != "" {
		d = d.with(" The last reason: " + strings.TrimSuffix(reason, ".") + ".")
	}
	return d
}

func applicationRenamed(f fields) description {
	if f.at("application") == nil {
		return description{}
	}
	return description{body: "The application \"" + f.str("old_name") + "\" was renamed to \"" + f.str("new_name") + "\"" + by(f, "updated_by") + "."}
}

func specificationFailed(f fields) description {
	s := f.at("specification")
	if s == nil {
		return description{}
	}
	return description{body: "The API specification \"" + s.str("title") + "\" could not be updated from " + s.str("url") + ": " + f.str("error") + "."}
}

func requestsPerHour(f fields) description {
	n := f.str("requests")
	if n == "" {
		return description{}
	}
	return description{body: "The number of requests processed in the previous hour: " + n + "."}
}

// hours writes a number of hours, which may have a fraction, as texts do.
func hours(n string) string {
	h, err := strconv.ParseFloat(n, 64)
	if err != nil {
		return n + " hours"
	}
	return period(strconv.FormatInt(int64(h*3600), 10))
}
