package cmd

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/cmd/config"
)

func TestVerdictIsThatOfTheGravestFinding(t *testing.T) {
	for _, c := range []struct {
		name  string
		codes []int // of what failed
		want  int
		says  string
	}{
		{"warnings only", nil, exitOK, ""},
		{"a collector is down", []int{exitFailed}, exitFailed, "1 thing needs a person"},
		{"a secret is missing too", []int{exitFailed, exitNoPermission}, exitNoPermission, "2 things need a person"},
		{"the configuration is wrong too", []int{exitNoPermission, exitConfig, exitFailed}, exitConfig, "3 things need a person"},
		{"the queue is damaged too", []int{exitConfig, exitIO, exitNoPermission}, exitIO, "3 things need a person"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var l findings
			l.ok("config", "", "fine")
			l.warnf("disk", "", "make room", "nearly full")
			for _, code := range c.codes {
				l.failf(code, "check", "where", exitName(code), "it failed")
			}
			err := l.verdict().err()
			if err == nil {
				if c.want != exitOK {
					t.Fatal("no error")
				}
				return
			}
			d := diagnose(err)
			if d.Code != c.want || d.Message != c.says || d.Fix != exitName(c.want) {
				t.Errorf("%+v", d)
			}
			if n := strings.Count(d.more, "\n"); n != len(c.codes) {
				t.Errorf("%d lines for %d findings: %q", n, len(c.codes), d.more)
			}
		})
	}
}

func TestFailureTakesTheWordsOfTheTable(t *testing.T) {
	var l findings
	l.failure("state", "/var/lib/wnotify", errors.Join(
		&config.PermissionError{Path: "/etc/wnotify/config.toml", Mode: 0o666}, errors.New("odd\x1b[2J")))
	if len(l.list) != 2 {
		t.Fatalf("%+v", l.list)
	}
	if f := l.list[0]; f.code != exitNoPermission || f.Where != "/etc/wnotify/config.toml" || !strings.HasPrefix(f.Fix, "chmod go-w ") {
		t.Errorf("%+v", f)
	}
	if f := l.list[1]; f.code != exitFailed || f.Where != "/var/lib/wnotify" || strings.ContainsRune(f.Message, 0x1b) {
		t.Errorf("%+v", f)
	}
}

func TestClockCannotBeBehindWhatWasSeen(t *testing.T) {
	for ahead, want := range map[time.Duration]string{
		-time.Hour: statusOK, 0: statusOK, tolerance: statusOK, tolerance + time.Second: statusWarn, 24 * time.Hour: statusWarn,
	} {
		// The test binary is seen as well: the clock of the case is after its time.
		now := time.Now().Add(time.Hour)
		x := &examination{a: &app{env: Env{Now: func() time.Time { return now }}}}
		x.clock.saw("something old", now.Add(-48*time.Hour))
		x.clock.saw("a file", now.Add(ahead))
		x.clock.saw("never", time.Time{})
		x.clock.judge(x)
		f := x.list[0]
		if f.Status != want || want == statusWarn && !strings.Contains(f.Message, "a file is of ") {
			t.Errorf("%s: %+v", ahead, f)
		}
	}
}

func TestProxyIsShownWithoutItsPassword(t *testing.T) {
	for value, want := range map[string]string{
		"http://proxy.example.com:3128":              "http://proxy.example.com:3128",
		"proxy.example.com:3128":                     "http://proxy.example.com:3128",
		"http://me:canary@proxy.example.com:3128":    "http://proxy.example.com:3128 (with a user name)",
		"socks5://proxy.example.com/canary?t=canary": "socks5://proxy.example.com",
		"http://me:canary@":                          "",
		"http://[canary":                             "",
		"://canary":                                  "",
	} {
		got, ok := shownProxy(value)
		if got != want || ok != (want != "") {
			t.Errorf("%s: %q, %t", value, got, ok)
		}
	}
}

func TestDoubtfulFileSystems(t *testing.T) {
	for kind, want := range map[string]string{
		"nfs": "network", "cifs": "network", "tmpfs": "reboot", "overlay": "container", "fuse": "FUSE", "": "", "apfs": "",
	} {
		if got := doubtful(kind); want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q: %q", kind, got)
		}
	}
}

func TestStreamSaysWhatItSurvives(t *testing.T) {
	for replicas, want := range map[int]string{1: statusWarn, 2: statusWarn, 3: statusOK, 5: statusOK} {
		x := &examination{file: &config.File{Store: config.Store{Engine: engineNATS, Stream: "wnotify", Replicas: replicas}}}
		x.stream("")
		if f := x.list[0]; f.Status != want || !strings.Contains(f.Message, "sync_interval") {
			t.Errorf("%d: %+v", replicas, f)
		}
	}
}
