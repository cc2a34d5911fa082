package collector

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// redacted stands for a secret.
const redacted = "[redacted]"

// mask knows the secrets of one attempt and covers them in what others wrote:
// a collector may echo a token, a proxy the URL it was asked for.
type mask struct{ secrets []string }

// add makes a value a secret, also as it looks in a URL, in HTML, in JSON and
// between quotes.
func (m *mask) add(secret string) {
	if secret == "" {
		return
	}
	inJSON, err := json.Marshal(secret)
	if err != nil {
		inJSON = []byte(`""`) // strings always marshal
	}
	quoted, ascii := strconv.Quote(secret), strconv.QuoteToASCII(secret)
	for _, form := range []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
		string(inJSON[1 : len(inJSON)-1]), quoted[1 : len(quoted)-1], ascii[1 : len(ascii)-1],
	} {
		if form = lower(form); !slices.Contains(m.secrets, form) {
			m.secrets = append(m.secrets, form)
		}
	}
}

// shortest is the length below which a part of a secret, not a secret itself,
// is too common to be covered wherever it stands.
const shortest = 4

// part adds what is only a piece of a secret.
func (m *mask) part(s string) {
	if len(s) >= shortest {
		m.add(s)
	}
}

// header adds the value of a secret header; of "Bearer abc" also abc, and of
// Basic credentials what they encode.
func (m *mask) header(value string) {
	value = strings.TrimSpace(value)
	m.add(value)
	credentials := value
	if _, rest, ok := strings.Cut(value, " "); ok {
		credentials = strings.TrimSpace(rest)
		m.part(credentials)
	}
	plain, err := base64.StdEncoding.DecodeString(credentials)
	if _, password, ok := strings.Cut(string(plain), ":"); ok && err == nil {
		m.part(string(plain))
		m.part(password)
	}
}

// url adds what is never shown of a URL: query and userinfo, and of a secret
// one the path.
func (m *mask) url(u *url.URL, secret bool) {
	if u.RawQuery != "" {
		m.part(u.RawQuery)
		for _, values := range u.Query() {
			for _, v := range values {
				m.part(v)
			}
		}
	}
	m.userinfo(u.User)
	if !secret {
		return
	}
	if len(u.Path) > 1 {
		m.add(u.EscapedPath())
		m.add(u.Path)
		for segment := range strings.SplitSeq(u.Path, "/") {
			m.part(segment)
		}
	}
}

func (m *mask) userinfo(user *url.Userinfo) {
	if user == nil {
		return
	}
	password, _ := user.Password()
	m.part(user.Username())
	m.part(password)
	m.part(user.String())
	m.part(base64.StdEncoding.EncodeToString([]byte(user.Username() + ":" + password)))
}

// hide covers the secrets in a text. Where the text was cut, a secret may have
// been cut with it: what could be its beginning at the end goes too, from
// shortest bytes on, or "Bad Request" would end like the beginning of a token.
func (m *mask) hide(text string, cut bool) string {
	if len(m.secrets) == 0 {
		return text
	}
	type span struct{ from, to int }
	var spans []span
	folded := lower(text)
	for _, secret := range m.secrets {
		for at := 0; ; at++ {
			i := strings.Index(folded[at:], secret)
			if i < 0 {
				break
			}
			at += i
			spans = append(spans, span{at, at + len(secret)})
		}
		for n := min(len(secret)-1, len(folded)); cut && n >= shortest; n-- {
			if strings.HasSuffix(folded, secret[:n]) {
				spans = append(spans, span{len(folded) - n, len(folded)})
				break
			}
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.from, b.from) })

	var b strings.Builder
	done := 0
	for _, s := range spans {
		switch {
		case s.from >= done:
			b.WriteString(text[done:s.from])
			b.WriteString(redacted)
		case s.to <= done:
			continue
		}
		done = s.to
	}
	b.WriteString(text[done:])
	return b.String()
}

// lower folds ASCII only, so that every byte keeps its place.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
