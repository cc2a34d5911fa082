//go:build linux

package collector

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// A process that may open no more files is no fault of the collector's: nothing
// is sent, and it is said what is short. It is another process, since all of it
// is short then.
func TestNoDescriptorLeft(t *testing.T) {
	const child = "COLLECTOR_WITHOUT_DESCRIPTORS"
	if os.Getenv(child) == "" {
		p := exec.Command(os.Args[0], "-test.run=^TestNoDescriptorLeft$")
		p.Env = append(os.Environ(), child+"=1")
		if out, err := p.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	pair, ca, _ := issue(t, nil)
	tr := hostile(t, &tls.Config{Certificates: []tls.Certificate{pair}}, answering(ok200))
	e := Endpoint{Name: "e", URL: Secret{Text: "https://" + tr.l.Addr().String()}, CA: string(ca)}
	named := e
	named.Name, named.URL.Text = "named", "https://c.example.com/"
	c := newClient(t, nil)

	const most = 64
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
		t.Fatal(err)
	}
	var taken []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if err != nil {
			break
		}
		taken = append(taken, f)
	}
	for _, e := range []Endpoint{e, named} {
		host := strings.TrimPrefix(strings.TrimSuffix(e.URL.Text, "/"), "https://")
		r := c.Send(t.Context(), e, request())
		if _, short := Shortage(r.Err); r.Cause != Local || r.Status != 0 || !short {
			t.Errorf("%+v", r)
		}
		if text := r.Err.Error(); !strings.HasPrefix(text, "no connection to "+host) || !strings.HasSuffix(text, " can be opened here: too many open files") {
			t.Error(text)
		}
		if fix := Explain(e, r); !strings.Contains(fix, "no attempt was used") || !strings.Contains(fix, "LimitNOFILE=") {
			t.Error(fix)
		}
	}
	if n := tr.conns.Load(); n != 0 {
		t.Errorf("%d connections", n)
	}
	for _, f := range taken {
		f.Close()
	}
	if r := c.Send(t.Context(), e, request()); !r.OK() {
		t.Errorf("when there are some again: %+v", r)
	}
}

// What is short is told apart from what is wrong between here and there.
func TestShortage(t *testing.T) {
	for errno, want := range map[syscall.Errno]string{
		syscall.EMFILE: "ulimit -n", syscall.ENFILE: "fs.file-max", syscall.ENOBUFS: "memory", syscall.ENOMEM: "memory",
		syscall.ECONNREFUSED: "", syscall.ENETUNREACH: "", syscall.ETIMEDOUT: "", syscall.EACCES: "", syscall.EADDRNOTAVAIL: "",
	} {
		err := &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", errno)}
		s := new(ShortageError)
		got := (&hop{cause: Connect, host: "c.example.com:443", err: err}).shortage()
		fix, short := Shortage(got)
		if short != (want != "") || errors.As(got, &s) != (want != "") || !strings.Contains(fix, want) {
			t.Errorf("%v: %v: %s", errno, got, fix)
		}
	}
}
