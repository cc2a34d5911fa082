package torture

import (
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// excused reports whether a run died in a way that nothing in the program can
// prevent.
func (g *stage) excused(r result) bool {
	if r.Code != 128+int(syscall.SIGSEGV) {
		return runtimeDied(r, "")
	}
	trace, err := os.ReadFile(g.trace)
	g.check(err)
	return runtimeDied(r, string(trace))
}

// surrender is how Go, and the loader, give up when they get no memory.
var surrender = regexp.MustCompile(`(?m)^(fatal error: (runtime: |out of memory|failed to reserve|pageAlloc)|runtime[:/]|cannot allocate TLS|.*error while loading shared)`)

// handled is the line of a trace that says that Go takes care of SIGSEGV.
var handled = regexp.MustCompile(`rt_sigaction\(SIGSEGV, \{sa_handler=0x`)

// runtimeDied reports whether Go itself gave up, or the loader of a program that
// is not static. Without a word that is
// only possible before Go takes care of signals, long before main; a stack that
// overflows is ours.
func runtimeDied(r result, trace string) bool {
	if r.Code == 128+int(syscall.SIGSEGV) {
		return r.Stderr == "" && strings.Contains(trace, "--- SIGSEGV {") && !handled.MatchString(trace)
	}
	return (r.Code == 2 || r.Code == 127) && surrender.MatchString(r.Stderr) && !strings.Contains(r.Stderr, "stack overflow")
}

// What excuses a death is narrow: it excuses none of the program's own.
func TestRuntimeDied(t *testing.T) {
	const (
		segv    = "7 --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x8} ---\n"
		handler = "7 rt_sigaction(SIGSEGV, {sa_handler=0x4886a0, sa_mask=~[RTMIN RT_1], sa_flags=SA_RESTORER}, NULL, 8) = 0\n"
		looked  = "7 rt_sigaction(SIGSEGV, NULL, {sa_handler=SIG_DFL, sa_mask=[], sa_flags=0}, 8) = 0\n"
	)
	for _, tc := range []struct {
		name   string
		code   int
		stderr string
		trace  string
		want   bool
	}{
		{"the loader", 139, "", segv, true},
		{"Go before it takes care of signals", 139, "", looked + segv, true},
		{"afterwards", 139, "", looked + handler + segv, false},
		{"with a word", 139, "error: x", segv, false},
		{"without the signal", 139, "", looked, false},
		{"no memory", 2, "fatal error: out of memory\n", handler, true},
		{"no poller", 2, "runtime: epollcreate failed with 24\nfatal error: runtime: netpollinit failed\n", handler, true},
		{"no library", 127, "x: error while loading shared libraries: libc.so.6\n", "", true},
		{"a panic", 2, "panic: runtime error: index out of range\n", handler, false},
		{"a deadlock", 2, "fatal error: all goroutines are asleep - deadlock!\n", handler, false},
		{"a recursion", 2, "runtime: goroutine stack exceeds 1000000000-byte limit\nfatal error: stack overflow\n", handler, false},
		{"a map", 2, "fatal error: concurrent map writes\n", handler, false},
	} {
		r := result{Run: Run{Code: tc.code, Stderr: tc.stderr}}
		if got := runtimeDied(r, tc.trace); got != tc.want {
			t.Errorf("%s: %t", tc.name, got)
		}
	}
}
