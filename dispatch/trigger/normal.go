package trigger

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
)

// Values are compared in a normal form, which the values of rules and those of
// events are brought to by the same functions.

// appendWord makes Read only, read-only and READ_ONLY one word.
func appendWord(dst, text []byte) []byte {
	n := len(dst)
	dst = appendLower(dst, bytes.TrimSpace(text))
	for i, c := range dst[n:] {
		if c == ' ' || c == '-' {
			dst[n+i] = '_'
		}
	}
	return dst
}

// appendRole knows the older name of a role.
func appendRole(dst, text []byte) []byte {
	n := len(dst)
	dst = appendWord(dst, text)
	if string(dst[n:]) == "admin" {
		dst = append(dst, "istrator"...)
	}
	return dst
}

// appendChange knows the name that the filters of Wallarm's API have for what
// events call unused.
func appendChange(dst, text []byte) []byte {
	n := len(dst)
	dst = appendWord(dst, text)
	if string(dst[n:]) == "excluded" {
		dst = append(dst[:n], "unused"...)
	}
	return dst
}

// appendApplication makes a number of the names that Wallarm makes of a number
// (Application #8, Application 1802), and of that of the default application.
func appendApplication(dst, text []byte) []byte {
	text = bytes.TrimSpace(text)
	if bytes.EqualFold(text, []byte("default")) {
		return append(dst, "-1"...)
	}
	const named = "application "
	if len(text) > len(named) && bytes.EqualFold(text[:len(named)], []byte(named)) {
		number := bytes.TrimPrefix(text[len(named):], []byte("#"))
		if _, err := strconv.ParseUint(string(number), 10, 64); err == nil {
			return append(dst, number...)
		}
	}
	return appendLower(dst, text)
}

// appendLower makes lower case of what is ASCII.
func appendLower(dst, text []byte) []byte {
	for _, c := range text {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// appendDomain drops case, the final dot and a port.
func appendDomain(dst, text []byte) []byte {
	text = bytes.TrimSpace(text)
	if i := bytes.IndexByte(text, ':'); i >= 0 && bytes.IndexByte(text[i+1:], ':') < 0 {
		text = text[:i]
	}
	return appendLower(dst, bytes.TrimSuffix(text, []byte(".")))
}

// appendAddress writes an address as everybody does; nothing if it is none.
func appendAddress(dst, text []byte) []byte {
	a, ok := address(text)
	if !ok {
		return dst
	}
	return a.AppendTo(dst)
}

func address(text []byte) (netip.Addr, bool) {
	if len(text) == 0 {
		return netip.Addr{}, false
	}
	a, err := netip.ParseAddr(string(bytes.TrimSpace(text)))
	return a.Unmap().WithZone(""), err == nil
}

func checkAddress(value string) error {
	if a, err := netip.ParseAddr(value); err != nil || a.Zone() != "" {
		return &ValueError{Value: value, Reason: "is not an IP address", Hint: "single addresses only, no networks"}
	}
	return nil
}

func checkNumber(value string) error {
	if _, err := strconv.ParseInt(value, 10, 64); err != nil {
		return &ValueError{Value: value, Reason: "is not a number", Hint: "as 12"}
	}
	return nil
}

func checkStatus(value string) error {
	s := strings.ToLower(value)
	code, err := strconv.Atoi(s)
	class := len(s) == 3 && s[0] >= '1' && s[0] <= '5' && s[1:] == "xx"
	if !class && (err != nil || code < 100 || code > 599 || len(s) != 3) {
		return &ValueError{Value: value, Reason: "is not a response status", Hint: "as 404 or 4xx"}
	}
	return nil
}
