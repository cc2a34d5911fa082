package event

import "strings"

// description is the text of a notification: its summary, where that depends on
// the details, and what the description says between its first line and its last
// two.
type description struct {
	title string   // "": the title of the kind
	body  string   // "": there is no description
	lines []string // of a message that lists details: names and values in turn
}

// render lays a description out as published: exact for ip_blocked, the one
// whose bytes are published; the layout with details is that of the messages
// about changes in an API, indented as they are.
func (d description) render(typ string, details fields) string {
	if d.body == "" {
		return ""
	}
	var b strings.Builder
	write := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
		}
	}
	client, cloud := details.str("client_name"), details.str("cloud")
	write("Notification type: ", typ, "\n\n", d.body, "\n\n")
	if d.lines == nil {
		write("Client: ", client, "\nCloud: ", cloud, "\n")
		return b.String()
	}
	write("    Client: ", client, "\n    Cloud: ", cloud, "\n\n    Details:\n\n")
	for i := 0; i+1 < len(d.lines); i += 2 {
		write("      ", d.lines[i], ": ", d.lines[i+1], "\n")
	}
	return b.String()
}

// triggered is the sentence that ends the body of an alert, or "" when no
// trigger sent it.
func triggered(f fields) string {
	name := f.str("trigger_name")
	if name == "" {
		return ""
	}
	return "\nThis notification was triggered by the \"" + name + "\" trigger."
}
