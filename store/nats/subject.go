package nats

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
)

// names makes the subjects of a stream's keys.
type names string

func validStream(name string) bool {
	return name != "" && len(name) <= 63 && token(name) == name
}

// token makes one subject token of any text: what is not a letter, a digit, _
// or - becomes =XX.
func token(s string) string {
	if s == "" {
		return "="
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "=%02X", c)
		}
	}
	return b.String()
}

// text is what a token was made of.
func text(token string) (string, error) {
	if token == "=" {
		return "", nil
	}
	var b strings.Builder
	for i := 0; i < len(token); i++ {
		if token[i] != '=' {
			b.WriteByte(token[i])
			continue
		}
		if i+3 > len(token) {
			return "", hex.ErrLength
		}
		c, err := hex.DecodeString(token[i+1 : i+3])
		if err != nil {
			return "", err
		}
		b.Write(c)
		i += 2
	}
	return b.String(), nil
}

func (n names) key(parts ...string) string { return string(n) + "." + strings.Join(parts, ".") }

func (n names) meta() string            { return n.key("meta") }
func (n names) kept() string            { return n.key("kept") }
func (n names) lane(name string) string { return n.key("lane", token(name)) }
func (n names) gone(inc string) string  { return n.key("gone", inc) }
func (n names) segment(name string) string {
	return n.key("seg", name)
}
func (n names) change(id string) string { return n.key("change", token(id)) }

// own is the marker of a change that only its handle might try again.
func (n names) own(handle, id string) string { return n.key("change", handle, id) }

func (n names) letterID(id string) string {
	return n.key("deadid", token(id))
}
func (n names) rejectID(id string) string { return n.key("rejectid", token(id)) }

// ofLane is a key that belongs to one life of a lane.
func (n names) ofLane(what, lane, inc, name string) string {
	return n.key(what, token(lane), inc, name)
}

// ofHost tells riders that mean something on their host only: offsets in files.
func ofHost(rider string) bool { return strings.HasPrefix(rider, "cursors/") }

// rider is the key of a rider.
func (n names) rider(host, key string) string {
	if ofHost(key) {
		return n.key("rider", "h-"+token(host), token(key))
	}
	return n.key("rider", "all", token(key))
}

// lead is the key of a lease; see [names.rider] about files.
func (n names) lead(host, name string) string {
	if strings.Contains(name, "/") {
		return n.key("lead", "h-"+token(host), token(name))
	}
	return n.key("lead", "all", token(name))
}

// changed is where the server tells that a change was stored.
func (n names) changed() string { return string(n) + "-changed" }

// last is the last token of a key.
func last(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// penultimate is the token before it.
func penultimate(key string) string { return last(key[:strings.LastIndexByte(key, '.')]) }

// servers names the servers, and nothing of how we log in: what stands where a
// user name would may be a token.
func (o Options) servers() string {
	var shown []string
	for s := range strings.SplitSeq(o.URL, ",") {
		if u, err := url.Parse(strings.TrimSpace(s)); err == nil {
			shown = append(shown, u.Scheme+"://"+u.Host)
		}
	}
	return strings.Join(shown, ", ")
}
