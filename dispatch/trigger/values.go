package trigger

import "bytes"

// of returns the values of a field in their normal form.
func (v *view) of(f field) [][]byte {
	if v.known[f] {
		return v.values[f]
	}
	v.known[f] = true
	v.values[f] = v.values[f][:0]
	if f == ip {
		v.add(f, v.text(address4Member))
		v.add(f, v.text(address6Member))
	} else {
		v.addMember(f)
	}
	if len(v.values[f]) == 0 {
		v.derive(f)
	}
	if f == responseStatus {
		for _, code := range v.values[f] {
			if len(code) == len("404") {
				v.keep(f, []byte{code[0], 'x', 'x'})
			}
		}
	}
	return v.values[f]
}

// addMember takes the first member of a field that has a value.
func (v *view) addMember(f field) {
	for _, m := range fields[f].from {
		for one := range elements(v.object[m]) {
			v.add(f, text(one))
		}
		if len(v.values[f]) > 0 {
			return
		}
	}
}

func (v *view) add(f field, text []byte) {
	if len(text) > 0 {
		v.keep(f, fields[f].form(v.buf[len(v.buf):], text))
	}
}

// keep takes a value in its normal form.
func (v *view) keep(f field, value []byte) {
	if len(value) == 0 {
		return
	}
	v.buf = append(v.buf, value...)
	v.values[f] = append(v.values[f], v.buf[len(v.buf)-len(value):])
}

// derive finds what an event says in other words.
func (v *view) derive(f field) {
	switch {
	case f == target:
		for _, code := range v.of(attackType) {
			v.keep(f, []byte(targetOf(string(code))))
		}
	case v.class == loginsCompromised:
		v.deriveLogin(f)
	}
}

// targetOf is what attacks of a type are aimed at, for events that do not say
// it: what browsers are made to do is aimed at clients, what changes queries at
// databases, everything else at servers. Wallarm publishes no such table.
func targetOf(code string) string {
	switch code {
	case "xss", "csrf", "redir", "crlf":
		return "client"
	case "sqli", "nosqli":
		return "database"
	}
	return "server"
}

// deriveLogin reads what compromised logins have only in their published url
// (localhost/login) and link (…?q=attacks+d%3Alocalhost+statuscode%3A404+application%3Adefault).
func (v *view) deriveLogin(f field) {
	var prefix string
	switch f {
	case domain:
		url := v.text(urlMember)
		if _, after, ok := bytes.Cut(url, []byte("://")); ok {
			url = after
		}
		url, _, _ = bytes.Cut(url, []byte("/"))
		v.add(f, url)
		return
	case application:
		prefix = "application%3A"
	case responseStatus:
		prefix = "statuscode%3A"
	default:
		return
	}
	_, found, _ := bytes.Cut(v.text(linkMember), []byte(prefix))
	found, _, _ = bytes.Cut(found, []byte("+"))
	v.add(f, found)
}
