//go:build bench && linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// absent is said in place of a figure of a peer that is not there.
const absent = "not installed: apt-get install syslog-ng-core syslog-ng-mod-http curl"

// syslogVersion is what a configuration of the installed syslog-ng begins with;
// "" when it is not there, or cannot speak HTTP.
func syslogVersion(ctx context.Context) string {
	out, _ := exec.CommandContext(ctx, "syslog-ng", "--version").Output() // without it there is no version
	version := regexp.MustCompile(`\((\d+\.\d+)`).FindSubmatch(out)
	if version == nil || !regexp.MustCompile(`(?m)^Available-Modules:.*\bhttp\b`).Match(out) {
		return ""
	}
	return string(version[1])
}

// syslog makes the fastest peer: it moves lines and looks at none. With reliable
// it keeps them in a file first, which it never syncs.
func (b *bench) syslog(n, collectors int, reliable bool) (contestant, error) {
	dir := filepath.Join(b.dir, fmt.Sprintf("syslog-ng-%d-%t", collectors, reliable))
	if err := os.RemoveAll(dir); err != nil {
		return contestant{}, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return contestant{}, err
	}
	name, buffer := "syslog-ng, memory", ""
	if reliable {
		name, buffer = "syslog-ng, reliable", fmt.Sprintf("disk-buffer(reliable(yes) mem-buf-size(64Mb) disk-buf-size(2Gb) dir(%q))", dir)
	}
	var text, log strings.Builder
	fmt.Fprintf(&text, "@version: %s\noptions { threaded(yes); stats-freq(0); flush-lines(1000); log-msg-size(65536); keep-hostname(yes); };\n", b.logging)
	text.WriteString("source in { stdin(flags(no-parse) log-iw-size(20000) log-fetch-limit(1000)); };\n")
	for i, u := range urls(b.sink.Plain, collectors) {
		fmt.Fprintf(&text, "destination to%d { http(url(%q) method(POST) body(\"${MSG}\") delimiter(\"\\n\") batch-lines(1000) batch-bytes(4Mb) batch-timeout(100) workers(%d) persist-name(\"to%d\") %s); };\n",
			i, u, max(1, 2/collectors), i, buffer)
		fmt.Fprintf(&log, "destination(to%d); ", i)
	}
	fmt.Fprintf(&text, "log { source(in); %sflags(flow-control); };\n", log.String())
	conf := filepath.Join(dir, "conf")
	return contestant{
		name: name, feed: b.feed(n), paths: collectors, events: n, stays: true,
		argv: []string{"syslog-ng", "-F", "--no-caps", "-f", conf, "-R", filepath.Join(dir, "persist"), "-p", filepath.Join(dir, "pid"), "-c", filepath.Join(dir, "ctl")},
	}, os.WriteFile(conf, []byte(text.String()), 0o600)
}

// has says whether a peer is installed.
func has(program string) bool {
	_, err := exec.LookPath(program)
	return err == nil
}

// bare is the program of runBare, with n events from a pipe.
func (b *bench) bare(n int, base string, args ...string) contestant {
	argv := append([]string{b.self, "bare"}, args...)
	return contestant{name: "bare net/http", argv: append(argv, base+"/0"), feed: b.feed(n), paths: 1, events: n}
}
