package dispatch

import (
	"errors"
	"strings"
	"testing"
)

func TestParseWallarmStatus(t *testing.T) {
	for page, want := range map[string]int64{
		// As the documentation of the node shows it, shortened.
		`{ "requests":0,"attacks":0,"blocked":0,"abnormal":0,"tnt_errors":0,"proton_instances": { "total":2,"success":2 },"stalled_workers":[] }`: 0,
		` {"requests": 11, "streams": 0, "timestamp": 1750371146.209885, "split": {"clients": [{"client_id": null, "requests": 7}]}}` + "\n":      11,
		`{"requests":9007199254740993}`: 9007199254740993,
	} {
		if got, err := ParseWallarmStatus([]byte(page)); err != nil || got != want {
			t.Errorf("%s: %d (%v), want %d", page, got, err, want)
		}
	}
	for page, reason := range map[string]string{
		``:                                 "unexpected end",
		`[]`:                               "cannot unmarshal",
		`{"attacks":1}`:                    `no member "requests"`,
		`{"requests":1.5}`:                 "requests is 1.5",
		`{"requests":-1}`:                  "requests is -1",
		`{"requests":"11"}`:                `requests is "11"`,
		`{"requests":null}`:                "requests is null",
		"# HELP wallarm_requests requests": "format=json",
		"wallarm_requests 11":              "format=json",
		"<html>404 Not Found</html>":       "invalid character",
	} {
		_, err := ParseWallarmStatus([]byte(page))
		var wrong *WallarmStatusError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), reason) {
			t.Errorf("%q: %v, want %q", page, err, reason)
		}
	}
}
