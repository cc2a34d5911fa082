//go:build unix

package collectors

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// nginxConf is a front of many collectors: client certificates, HTTP/2 offered,
// small bodies only, busy while a file is there. Its arguments are the folder,
// the port and what stands behind it.
const nginxConf = `
daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log;
events {}
http {
	log_format protocol '$server_protocol $status'; access_log %[1]s/access.log protocol;
	client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	server {
		listen 127.0.0.1:%[2]d ssl http2;
		ssl_certificate %[1]s/../server.pem; ssl_certificate_key %[1]s/../server.key;
		ssl_client_certificate %[1]s/../ca.pem; ssl_verify_client on;
		client_max_body_size 4k;
		error_page 503 @busy;
		location / {
			if (-f %[1]s/busy) { return 503; }
			proxy_pass http://%[3]s;
		}
		location @busy { add_header Retry-After 600 always; return 503; }
	}
}`

// TestNginxInFront goes through a real nginx with all that it refuses: nothing
// is lost, and the order is kept.
func TestNginxInFront(t *testing.T) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		lacking(t, "nginx is not installed (.ci/collectors install)")
	}
	d := newDesk(t)
	behind, err := receiver.New(receiver.Options{})
	d.must(err)
	defer behind.Close()
	s := &server{d: d, port: freePort(d), pki: newAuthority(d), mutual: true}
	s.url = fmt.Sprintf("https://localhost:%d/wallarm.events", s.port)
	d.must(os.Mkdir(d.path("nginx"), 0o700))
	conf := d.write("nginx/nginx.conf", fmt.Appendf(nil, nginxConf, d.path("nginx"), s.port, behind.Addr()))
	startNginx(t, s, exec.CommandContext(context.WithoutCancel(t.Context()), program, "-p", d.path("nginx"), "-c", conf, "-e", d.path("nginx/error.log")))
	k := kind{typ: "webhook"}
	s.integration(k, "siem", true)
	s.integration(k, "stranger", false, "--disabled")

	stdout, _, err := d.try("", "test", "stranger", "--event", "hits")
	if err == nil || !strings.Contains(stdout, "nginx wants a client certificate") {
		t.Errorf("without a client certificate: %v\n%s", err, stdout)
	}

	sent := numbered(0, 120) // of which 20 are a small body
	d.write("nginx/busy", nil)
	d.wnotify(joined(sent[:20]), "send", "--wait", "0")
	if w := d.waiting(); !strings.Contains(w.LastError, "503") || time.Until(w.NextAttempt) < 5*time.Minute {
		t.Errorf("busy: %+v", w)
	}
	d.must(os.Remove(d.path("nginx/busy")))
	d.must(behind.Down())
	d.wnotify("", "flush", "--now", "--wait", "0")
	if w := d.waiting(); !strings.Contains(w.LastError, "502") {
		t.Errorf("nothing behind: %+v", w)
	}
	d.must(behind.Up())
	d.wnotify(joined(sent[20:]), "enqueue")
	d.wnotify("", "flush", "--now", "--require-delivery", "--wait", "60s")
	if got := kept(behind); !slices.Equal(got, sent) {
		t.Errorf("%d of %d events came through, or in another order", len(got), len(sent))
	}
	log, err := os.ReadFile(d.path("nginx/access.log"))
	d.must(err)
	for _, status := range []string{"200", "400", "413", "502", "503"} {
		if !strings.Contains(string(log), "HTTP/1.1 "+status+"\n") {
			t.Errorf("no answer %s:\n%s", status, log)
		}
	}
	if strings.Contains(string(log), "HTTP/2") {
		t.Errorf("HTTP/2 was spoken:\n%s", log)
	}
}

// startNginx starts it and waits until it listens.
func startNginx(t *testing.T, s *server, nginx *exec.Cmd) {
	t.Helper()
	nginx.Stdout, nginx.Stderr = &s.said, &s.said
	s.d.must(nginx.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		nginx.Wait()
	}()
	t.Cleanup(func() {
		_ = nginx.Process.Signal(syscall.SIGTERM) // it may be gone
		<-ended
	})
	s.d.patiently("nginx to listen", func() bool {
		select {
		case <-ended:
			t.Skipf("skipped: nginx does not start here: %s", s.said.String())
		default:
		}
		c, err := tls.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), s.pki.client(s.d, true))
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// waits is how the one integration that is enabled waits.
type waits struct {
	State       string    `json:"state"`
	LastError   string    `json:"last_error"`
	NextAttempt time.Time `json:"next_attempt"`
}

func (d *desk) waiting() waits {
	d.Helper()
	var status struct {
		Items []waits `json:"items"`
	}
	d.must(json.Unmarshal([]byte(d.wnotify("", "status", "-o", "json")), &status))
	for _, i := range status.Items {
		if i.State == "waiting" {
			return i
		}
	}
	d.Fatalf("nothing waits: %+v", status)
	return waits{}
}
