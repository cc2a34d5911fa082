package collector

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Explain says what to do about a reply, or what to know about a success, in
// one or two sentences; "" when there is nothing to say.
func Explain(e Endpoint, r Reply) string {
	local, perm, f := new(LocalError), new(PermError), new(fault)
	relief, short := Shortage(r.Err)
	switch {
	case r.OK():
		return advice(e, r)
	case short && r.Cause == Local:
		return "nothing was sent and no attempt was used: " + relief
	case errors.As(r.Err, &perm):
		return fmt.Sprintf("chmod go-w %s, and see who wrote it last", perm.Path)
	case errors.As(r.Err, &local):
		return "nothing was sent and no attempt was used: mend it, then `wnotify flush`"
	case errors.As(r.Err, &f):
		return f.fix + unready(e, f)
	case r.Status >= 300 && r.Status <= 399:
		return redirected(r)
	}
	return status(e, r)
}

func redirected(r Reply) string {
	if r.Location == "" {
		return "the collector redirects without saying where; redirects are never followed: correct url"
	}
	return "redirects are never followed, since they would take the events elsewhere: if you trust it, set url to " + r.Location
}

func status(e Endpoint, r Reply) string {
	switch s := r.Status; s {
	case http.StatusBadRequest:
		return refused(e, r)
	case http.StatusUnauthorized:
		return "the collector wants to know who we are: set the header it expects, `--secret-header 'Authorization=Bearer file:PATH'`; a changed secret is read again by itself"
	case http.StatusForbidden:
		return "the credentials are known but not allowed to do this, or our address is not: ask whoever runs the collector"
	case http.StatusNotFound:
		return "the collector has no such path: correct the path in url"
	case http.StatusMethodNotAllowed:
		return fmt.Sprintf("the collector does not take %s on this path: try --method %s, or correct the path", method(e), other(e))
	case http.StatusProxyAuthRequired:
		return "put user and password of the proxy into HTTPS_PROXY or HTTP_PROXY: http://USER:PASSWORD@HOST:PORT"
	case http.StatusRequestTimeout:
		return "the collector did not get the request in time: a smaller batch_bytes helps on a slow line"
	case http.StatusRequestEntityTooLarge:
		return "the request is larger than the collector takes: batches are halved by themselves; batch_bytes sets the size, and the collector its limit (nginx: client_max_body_size)"
	case http.StatusUnsupportedMediaType:
		return fmt.Sprintf("the collector does not take %s%s: check format, content_type and compression", r.Sent, coding(e))
	case http.StatusUnprocessableEntity:
		return refused(e, r)
	case http.StatusTooManyRequests:
		return "the collector asks for fewer requests: they are slowed down by themselves; a larger batch_events makes fewer of the same events"
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return "the collector, or what stands behind it, is down or overloaded: nothing is lost while it is repaired"
	}
	switch {
	case r.Status >= 500 && r.Status <= 599:
		return "the collector failed: its log says why; nothing is lost while it is repaired"
	case r.Status >= 400 && r.Status <= 499:
		return "the collector refuses the request: its log says why"
	}
	return "that is no answer to a request: check that url leads to the collector"
}

// refused is about 400 and 422, the answers to a body and to much else.
func refused(e Endpoint, r Reply) string {
	answer := strings.ToLower(r.Answer)
	switch {
	case strings.Contains(answer, "ssl certificate"):
		return "nginx wants a client certificate: " + certificateFix
	case strings.Contains(answer, "http request to an https server"), strings.Contains(answer, "plain http request was sent to https port"):
		return "that port speaks TLS: write https:// in url"
	case e.Type == "fluentd":
		return "Fluentd refuses a Content-Type it does not know (upper case included) and a string field `time` at the top level"
	case method(e) == http.MethodPut || strings.Contains(r.Sent, "ndjson"):
		return fmt.Sprintf("the collector does not like the body: check that it expects %s by %s%s; Fluent Bit takes a JSON array by POST only: --method POST --format json-array", r.Sent, method(e), coding(e))
	}
	return fmt.Sprintf("the collector does not like the body: check that it expects %s%s", r.Sent, coding(e))
}

func coding(e Endpoint) string {
	if e.Compression == "" || e.Compression == "none" {
		return ""
	}
	return " compressed with " + e.Compression
}

func method(e Endpoint) string {
	if e.Method == "" {
		return http.MethodPost
	}
	return e.Method
}

func other(e Endpoint) string {
	if method(e) == http.MethodPut {
		return http.MethodPost
	}
	return http.MethodPut
}
