package config

import (
	"path/filepath"
	"strings"

	"github.com/wnotify/wnotify/dispatch/collector"
)

// secretOf takes { file = … }, { credential = … } or { env = … }, exactly one
// of them, with a prefix where one is asked for.
func secretOf(to *collector.Secret, prefix *string) field {
	return func(v value) {
		if v.kind != table {
			// The value is most likely the secret: it must not be shown.
			v.refusef("keep it in a file and write { file = \"/run/secrets/…\" }", "a secret does not stand in this file")
			return
		}
		var s collector.Secret
		known := secretFields(&s)
		forms := 0
		for _, m := range v.members {
			if known[m.name] != nil {
				forms++
			}
		}
		if prefix != nil {
			known["prefix"] = prefixOf(prefix)
		}
		v.read(known)
		if forms != 1 {
			v.missingf("", "needs exactly one of file, credential and env, and has %d", forms)
			return
		}
		*to = s
	}
}

func secretFields(s *collector.Secret) fields {
	return fields{
		"file":       pathOf(&s.File),
		"credential": wordOf(&s.Credential, "the name of a file in $CREDENTIALS_DIRECTORY", credentialBytes),
		"env":        wordOf(&s.Env, "the name of an environment variable", bareBytes),
	}
}

const credentialBytes = bareBytes + ".@:+="

// wordOf takes a name made of the allowed bytes.
func wordOf(to *string, what, allowed string) field {
	return func(v value) {
		switch {
		case !v.is(text):
		case v.text == "" || strings.Trim(v.text, allowed) != "" || strings.Trim(v.text, ".") == "":
			v.refusef("", "must be %s", what)
		default:
			*to = v.text
		}
	}
}

func prefixOf(to *string) field {
	return func(v value) {
		if v.is(text) && v.headerText() {
			*to = v.text
		}
	}
}

// pathOf takes the path of a file. A relative one starts at the folder of the
// configuration, since a cron job stands anywhere.
func pathOf(to *string) field {
	return func(v value) {
		if v.is(text) && v.pathText() {
			*to = v.in.resolve(v.text)
		}
	}
}

// optionalPathOf is pathOf that takes "" as none.
func optionalPathOf(to *string) field {
	return func(v value) {
		if v.kind == text && v.text == "" {
			*to = ""
			return
		}
		pathOf(to)(v)
	}
}

func (v value) pathText() bool {
	switch {
	case v.text == "":
		v.refusef("name a file, or delete the key", "is empty")
	case strings.Contains(v.text, "-----BEGIN"):
		v.refusef("save it in a file of mode 0600 and write its path", "must be the path of a file, not what is in it")
	case strings.ContainsAny(v.text, "\x00\n\r"):
		v.refusef("", "is not the path of a file")
	case strings.HasPrefix(v.text, "~"):
		v.refusef("write the whole path", "~ stands for nothing in this file")
	default:
		return true
	}
	return false
}

func (r *reader) resolve(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(r.dir, path)
}
