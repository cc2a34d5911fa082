package cmd

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"strconv"
	"strings"
	"time"
)

// lastRun is how the last run of a command ended.
type lastRun struct {
	at   time.Time
	code int
}

// runs are the last runs by command. They are kept in the textfile alone: a
// run that could not write the queue still tells how it ended.
type runs map[string]lastRun

// with adds those that are not there yet.
func (r runs) with(others runs) runs {
	all := maps.Clone(others)
	if all == nil {
		all = runs{}
	}
	maps.Copy(all, r)
	return all
}

// readRuns finds the last runs in a textfile that was written before. What is
// not there, or not ours, is none.
func readRuns(path string) runs {
	found := runs{}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return found
	}
	file, err := os.Open(path)
	if err != nil {
		return found
	}
	defer file.Close()
	for s := bufio.NewScanner(file); s.Scan(); {
		name, rest, ok := strings.Cut(s.Text(), "{")
		if !ok {
			continue
		}
		labels, number, _ := strings.Cut(rest, "} ")
		var command string
		if _, err := fmt.Sscanf(labels, "command=%q", &command); err != nil {
			continue
		}
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			continue
		}
		r := found[command]
		switch name {
		case nameLastRun:
			r.at = time.UnixMilli(int64(value * 1000))
		case nameLastExit:
			r.code = int(value)
		default:
			continue
		}
		found[command] = r
	}
	return found
}
