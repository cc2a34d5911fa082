//go:build unix

package collectors

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a collector that was started by a command.
type server struct {
	d       *desk
	command string
	url     string
	port    int
	mutual  bool
	out     string // the file with what it stored
	env     []string
	pki     *authority

	process *exec.Cmd
	said    bytes.Buffer
	ended   chan struct{}
}

// newServer describes a collector to come. Format is what will be sent to it.
func newServer(d *desk, command, format string, mutual bool) *server {
	d.Helper()
	s := &server{d: d, command: command, port: freePort(d), mutual: mutual, out: d.path("stored.log"), pki: newAuthority(d)}
	s.url = fmt.Sprintf("https://localhost:%d/wallarm.events", s.port)
	d.must(os.Mkdir(d.path("collector"), 0o700))
	flag := ""
	if mutual {
		flag = "1"
	}
	s.env = append(os.Environ(), "COLLECTOR_PORT="+strconv.Itoa(s.port), "COLLECTOR_CERT="+s.pki.cert, "COLLECTOR_KEY="+s.pki.key,
		"COLLECTOR_CA="+s.pki.ca, "COLLECTOR_MUTUAL="+flag, "COLLECTOR_FORMAT="+format, "COLLECTOR_OUT="+s.out, "COLLECTOR_DIR="+d.path("collector"))
	return s
}

// start starts it and waits until it speaks TLS. It asks nothing over HTTP:
// Logstash would store an event for it.
func (s *server) start() {
	s.d.Helper()
	s.startUnless()
}

// startUnless starts it, or reports false when it ends with one of these words.
func (s *server) startUnless(words ...string) (started bool) {
	s.d.Helper()
	s.said.Reset()
	s.process = exec.CommandContext(context.WithoutCancel(s.d.Context()), "sh", "-c", s.command)
	s.process.Dir, s.process.Env = "../..", s.env
	s.process.Stdout, s.process.Stderr = &s.said, &s.said
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.process.WaitDelay = 5 * time.Second
	s.d.must(s.process.Start())
	s.ended = make(chan struct{})
	go func() {
		defer close(s.ended)
		s.process.Wait()
	}()
	s.d.Cleanup(s.stop)
	address := net.JoinHostPort("localhost", strconv.Itoa(s.port))
	var err error
	defer func() {
		if err != nil && started {
			s.d.Logf("the last attempt: %v", err)
		}
	}()
	started = true
	s.d.patiently("the collector to listen", func() bool {
		select {
		case <-s.ended:
			for _, w := range words {
				if strings.Contains(s.said.String(), w) {
					started = false
					return true
				}
			}
			s.d.Fatalf("%s ended: %s", s.command, s.said.String())
		default:
		}
		var c *tls.Conn
		c, err = tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", address, s.pki.client(s.d, s.mutual))
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return started
}

// stop ends it politely, and waits.
func (s *server) stop() {
	select {
	case <-s.ended:
		return
	default:
	}
	_ = syscall.Kill(-s.process.Process.Pid, syscall.SIGTERM) // it may be gone
	select {
	case <-s.ended:
	case <-time.After(patience):
		_ = syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL)
		<-s.ended
		s.d.Errorf("%s does not end with SIGTERM: %s", s.command, s.said.String())
	}
}

// stored are the complete lines it wrote so far.
func (s *server) stored() []string {
	text, err := os.ReadFile(s.out)
	if err != nil {
		return nil // nothing came yet
	}
	end := bytes.LastIndexByte(text, '\n')
	if end < 0 {
		return nil
	}
	return strings.Split(string(text[:end]), "\n")
}

func freePort(d *desk) int {
	d.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	d.must(err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
