package torture

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// excused reports whether a run died in a way that nothing in the program can
// prevent.
func (g *stage) excused(r result) bool {
	return runtimeDied(r, g.traced())
}

// traced is the log of the tracer, if there was one.
func (g *stage) traced() string {
	trace, err := os.ReadFile(g.trace)
	if !errors.Is(err, fs.ErrNotExist) {
		g.check(err)
	}
	return string(trace)
}

// surrender is how Go, and the loader, give up when they get no memory.
var surrender = regexp.MustCompile(`(?m)^(fatal error: (runtime: |out of memory|failed to reserve|pageAlloc)|runtime[:/]|cannot allocate TLS|.*error while loading shared)`)

// lost is how Go's collector of garbage dies of a table that it got no memory for.
var lost = regexp.MustCompile(`^SIGSEGV: segmentation violation\nPC=.*\n\ngoroutine 0 .*\nruntime\.`)

// denied is the line of a trace that says that memory was refused to it; another
// thread may have had a word in between.
var denied = regexp.MustCompile(`(mmap\(|<\.\.\. mmap resumed>).*\(INJECTED\)`)

// handled is the line of a trace that says that Go takes care of SIGSEGV.
var handled = regexp.MustCompile(`rt_sigaction\(SIGSEGV, \{sa_handler=0x`)

// runtimeDied reports whether Go itself gave up, or the loader of a program that
// is not static. Without a word that is only possible before Go takes care of
// signals, long before main; a stack that overflows is ours.
func runtimeDied(r result, trace string) bool {
	segv := r.Code == 128+int(syscall.SIGSEGV)
	if segv && r.Stderr == "" {
		return strings.Contains(trace, "--- SIGSEGV {") && !handled.MatchString(trace)
	}
	if r.Code == 2 && lost.MatchString(r.Stderr) {
		return denied.MatchString(trace)
	}
	return (r.Code == 2 || r.Code == 127 || segv) && surrender.MatchString(r.Stderr) && !strings.Contains(r.Stderr, "stack overflow")
}

// What excuses a death is narrow: it excuses none of the program's own.
func TestRuntimeDied(t *testing.T) {
	const (
		segv    = "7 --- SIGSEGV {si_signo=SIGSEGV, si_code=SEGV_MAPERR, si_addr=0x8} ---\n"
		handler = "7 rt_sigaction(SIGSEGV, {sa_handler=0x4886a0, sa_mask=~[RTMIN RT_1], sa_flags=SA_RESTORER}, NULL, 8) = 0\n"
		lost    = "SIGSEGV: segmentation violation\nPC=0x4363bd m=0 sigcode=1 addr=0x0\n\ngoroutine 0 gp=0x19d24c0 m=0 mp=0x19d3aa0 [idle]:\n"
		memory  = "7 mmap(NULL, 262144, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = -1 EIO (Input/output error) (INJECTED)\n"
		resumed = "7 mmap(NULL, 262144, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0 <unfinished ...>\n8 mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000000000\n7 <... mmap resumed>) = -1 EINTR (Interrupted system call) (INJECTED)\n"
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
		{"giving up, and failing at that", 139, "runtime: mmap(0x5196000000, 4194304) returned 0x0, 30\nfatal error: runtime: cannot map pages in arena address space\n", handler + segv, true},
		{"with a word", 139, "error: x", segv, false},
		{"without the signal", 139, "", looked, false},
		{"no memory", 2, "fatal error: out of memory\n", handler, true},
		{"no poller", 2, "runtime: epollcreate failed with 24\nfatal error: runtime: netpollinit failed\n", handler, true},
		{"no library", 127, "x: error while loading shared libraries: libc.so.6\n", "", true},
		{"no memory for Go's own tables", 2, lost + "runtime.(*spanQueue).tryDrain(0x7ffd00000400?, 0x43ec05?, 0x19d2ce8?)\n", handler + memory, true},
		{"the same, told in two lines", 2, lost + "runtime.(*spanQueue).tryDrain(0x7ffd00000400?, 0x43ec05?, 0x19d2ce8?)\n", handler + resumed, true},
		{"Go's own tables, with memory", 2, lost + "runtime.(*spanQueue).tryDrain(0x7ffd00000400?, 0x43ec05?, 0x19d2ce8?)\n", handler, false},
		{"something else, without memory", 2, lost + "example.com/c.f(0x1)\n", handler + memory, false},
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
