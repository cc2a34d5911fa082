package event

import "strings"

// perimeter is the text of changes of the network perimeter: one object a line.
// That of new addresses is published, the others follow it.
func perimeter(heading string) func(fields) description {
	return func(f fields) description {
		data, _ := f["data"].([]any)
		var lines strings.Builder
		for _, one := range data {
			object, _ := one.(map[string]any)
			if line := asset(fields(object).at("entity")); line != "" {
				lines.WriteString("\n" + line)
			}
		}
		if lines.Len() == 0 {
			return description{}
		}
		return description{body: heading + ":" + lines.String()}
	}
}

// asset names a host, a service or a domain.
func asset(entity fields) string {
	if domain := entity.str("domain"); domain != "" {
		return domain
	}
	line := entity.str("ip")
	if port := entity.str("port"); port != "" {
		line += ":" + port
	}
	if service := entity.str("service"); service != "" {
		line += " (" + service + ")"
	}
	return strings.TrimSpace(line)
}
