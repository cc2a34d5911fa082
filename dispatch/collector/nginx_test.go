package collector

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// TestNginx goes through a real nginx, as many collectors stand behind one. It
// is skipped where there is none.
func TestNginx(t *testing.T) {
	program, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not installed")
	}
	behind, _ := listen(t, receiver.Options{})
	_, cert, key := issue(t, nil)
	_, wantedCA, _ := issue(t, nil)
	dir := t.TempDir()
	for name, data := range map[string][]byte{"cert.pem": cert, "key.pem": key, "client-ca.pem": wantedCA} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plain, mutual := freePort(t), freePort(t)
	config := fmt.Sprintf(`
daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log;
events {}
http {
	access_log off; keepalive_timeout 1s; client_max_body_size 1m;
	client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
	ssl_certificate %[1]s/cert.pem; ssl_certificate_key %[1]s/key.pem;
	server {
		listen 127.0.0.1:%[2]d ssl http2;
		location / { proxy_pass http://%[4]s; }
		location /busy { add_header Retry-After 17 always; return 503; }
		location /gone { proxy_pass http://127.0.0.1:1; }
		location /moved { return 301 /elsewhere?token=x; }
		location /static { return 204; }
	}
	server { listen 127.0.0.1:%[3]d ssl; ssl_client_certificate %[1]s/client-ca.pem; ssl_verify_client on; }
}`, dir, plain, mutual, behind.Addr())
	if err := os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	nginx := exec.Command(program, "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", filepath.Join(dir, "error.log"))
	var out bytes.Buffer
	nginx.Stdout, nginx.Stderr = &out, &out
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nginx.Process.Kill(); nginx.Wait() })
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", mutual))
		if err == nil {
			c.Close()
			break
		}
		if time.Now().After(end) {
			t.Skipf("nginx does not start here: %s", out.String())
		}
	}

	c := newClient(t, nil)
	large := bytes.Repeat([]byte("x"), 8<<20)
	for _, tc := range []struct {
		name, path string
		port       int
		body       []byte
		status     int
		fix        string
	}{
		{"delivers", "/in", plain, nil, 200, ""},
		{"delivers again", "/in", plain, nil, 200, ""},
		{"discards", "/static", plain, []byte(strings.Repeat("x", 1<<19)), 204, ""},
		{"too large", "/in", plain, large, 413, "client_max_body_size"},
		{"busy", "/busy", plain, nil, 503, "overloaded"},
		{"bad gateway", "/gone", plain, nil, 502, "stands behind"},
		{"moved", "/moved", plain, nil, 301, "redirects are never followed"},
		{"no client certificate", "/", mutual, nil, 400, "nginx wants a client certificate"},
	} {
		q := request()
		if tc.body != nil {
			q.Body = pieces(tc.body)
		}
		e := Endpoint{Name: tc.name, URL: Secret{Text: fmt.Sprintf("https://127.0.0.1:%d%s", tc.port, tc.path)}, CA: string(cert)}
		r := c.Send(t.Context(), e, q)
		if r.Status != tc.status || !strings.Contains(Explain(e, r), tc.fix) {
			t.Errorf("%s: %+v: %s", tc.name, r, Explain(e, r))
		}
		if tc.status == 503 && r.RetryAfter != 17*time.Second {
			t.Errorf("%s: Retry-After %s", tc.name, r.RetryAfter)
		}
		if strings.Contains(r.Location, "token") {
			t.Errorf("%s: %s", tc.name, r.Location)
		}
	}
	if n := behind.Count(); n != 2 {
		t.Errorf("%d requests came through, want 2", n)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
