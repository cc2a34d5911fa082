//go:build unix

package torture

import (
	"encoding/json"
	"slices"
)

// examine asks the program's own doctor, whose word a person would take. What
// it says of the queue (dead letters, no room) is no fault of the state.
func (w *world) examine() {
	w.Helper()
	r := w.run(command{name: "doctor", args: []string{"doctor", "--offline", "-o", "json"}})
	var report struct {
		Items []struct {
			Check   string `json:"check"`
			Status  string `json:"status"`
			Message string `json:"message"`
		} `json:"items"`
	}
	if err := json.Unmarshal([]byte(r.Stdout), &report); err != nil || len(report.Items) == 0 {
		w.history.Trouble = append(w.history.Trouble, "doctor says nothing: "+failures(r.Stderr))
	}
	for _, f := range report.Items {
		if f.Status == "fail" && slices.Contains([]string{"config", "permissions", "files", "state", "journal", "clock"}, f.Check) {
			w.history.Trouble = append(w.history.Trouble, "doctor says of the "+f.Check+": "+f.Message)
		}
	}
}
