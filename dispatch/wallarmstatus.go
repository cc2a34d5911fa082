package dispatch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// NegativeError: a number of requests cannot be below 0.
type NegativeError struct{ N int64 }

func (e *NegativeError) Error() string {
	return fmt.Sprintf("%d is not a number of requests: it must be 0 or more", e.N)
}

// WallarmStatusError: what was given is not the statistics of a node.
type WallarmStatusError struct{ Reason string }

func (e *WallarmStatusError) Error() string {
	return "not the JSON of a node's /wallarm-status: " + e.Reason
}

// ParseWallarmStatus reads the statistics that a filtering node serves at
// /wallarm-status, and returns how many requests it has processed since it was
// started: the member requests of the object, a counter for [Dispatcher.AddTotal].
// The counters of single clients and applications (split) are parts of it. The
// error is a *WallarmStatusError.
func ParseWallarmStatus(page []byte) (total int64, err error) {
	page = bytes.TrimSpace(page)
	if bytes.HasPrefix(page, []byte("#")) || bytes.HasPrefix(page, []byte("wallarm_")) {
		return 0, &WallarmStatusError{"this is the format for Prometheus; the node writes JSON with wallarm_status on format=json"}
	}
	var status struct {
		Requests json.RawMessage `json:"requests"`
	}
	if err := json.Unmarshal(page, &status); err != nil {
		return 0, &WallarmStatusError{err.Error()}
	}
	if status.Requests == nil {
		return 0, &WallarmStatusError{`it has no member "requests"`}
	}
	total, err = strconv.ParseInt(string(status.Requests), 10, 64)
	if err != nil || total < 0 {
		return 0, &WallarmStatusError{"requests is " + string(status.Requests) + ", which is not a number of requests"}
	}
	return total, nil
}
