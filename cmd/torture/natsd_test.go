//go:build unix

package torture

import (
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/wnotify/wnotify/store/nats"
	"github.com/wnotify/wnotify/store/storetest"
)

// natsd is a NATS server in a process of its own, that can be killed and started
// again on what it left on the disk.
type natsd struct {
	w    *world
	addr string // that it keeps
	dir  string
	cmd  *exec.Cmd

	settings []string
}

// serveNATS is that process. It ends when nobody holds its stdin any more.
func serveNATS(dir, addr string, settings ...string) error {
	at, err := netip.ParseAddrPort(addr)
	if err != nil {
		return err
	}
	o := &server.Options{
		ServerName: "n" + strconv.Itoa(int(at.Port())), Host: at.Addr().String(), Port: int(at.Port()),
		JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true,
		SyncAlways: slices.Contains(settings, syncAlways),
	}
	if err := join(o, settings); err != nil {
		return err
	}
	s, err := server.NewServer(o)
	if err != nil {
		return err
	}
	s.Start()
	if !s.ReadyForConnections(patience) {
		return fmt.Errorf("the server does not come up in %s", patience)
	}
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	s.Shutdown()
	s.WaitForShutdown()
	return err
}

// syncAlways is a setting of the server: it syncs before it acknowledges.
const syncAlways = "sync_interval: always"

// shared starts a server and moves the queue of the world to it.
func (w *world) shared(settings ...string) {
	w.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(storetest.Loopback(), "0"))
	w.check(err)
	addr := l.Addr().String()
	w.check(l.Close())
	w.nats = &natsd{w: w, addr: addr, dir: w.TempDir(), settings: settings}
	w.servers = []*natsd{w.nats}
	w.nats.start()
	w.Cleanup(func() { w.nats.kill() })
	w.toml += fmt.Sprintf("\n[store]\nengine = \"nats\"\nurl = %q\nreplicas = 1\n", w.nats.url())
	w.check(os.WriteFile(w.config, []byte(w.toml), 0o600))
	w.begin()
}

func (n *natsd) url() string { return "nats://" + n.addr }

func (n *natsd) start() {
	n.w.Helper()
	exe, err := os.Executable()
	n.w.check(err)
	n.cmd = exec.Command(exe, append([]string{n.dir, n.addr}, n.settings...)...)
	n.cmd.Env = append(os.Environ(), role+"=natsd")
	_, err = n.cmd.StdinPipe() // it ends with us
	n.w.check(err)
	out, err := n.cmd.StdoutPipe()
	n.w.check(err)
	n.w.check(n.cmd.Start())
	if _, err := io.ReadFull(out, make([]byte, len("ready\n"))); err != nil {
		n.w.Fatalf("the NATS server has not started: %v", err)
	}
}

// kill ends the server in the middle of whatever it does.
func (n *natsd) kill() {
	_ = n.cmd.Process.Kill() // it may have ended
	_ = n.cmd.Wait()
}

// open is a handle on the queue, as a host has it.
func (n *natsd) open(w *world, host string) *nats.Store {
	w.Helper()
	s, err := nats.Open(w.Context(), nats.Options{URL: n.url(), Host: host, Replicas: len(w.servers)})
	w.check(err)
	return s
}

// host makes a command one of a host: with a state folder of its own.
func (w *world) host(n int, c command) command {
	c.env = append(c.env, "WNOTIFY_STATE="+filepath.Join(w.state, fmt.Sprint("h", n)))
	return c
}

// leaders says which host leads what, until so many lanes are led.
func (w *world) leaders(s *nats.Store, lanes int) map[string]string {
	w.Helper()
	var now map[string]string
	w.until(fmt.Sprint(lanes, " lanes to be led"), func() bool {
		var err error
		now, err = s.Leaders(w.Context())
		w.check(err)
		return len(now) >= lanes
	})
	return now
}

// hostOf is the name of a host without what is random in it.
func hostOf(state string) string {
	text, err := os.ReadFile(filepath.Join(state, "host"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// hostName is the name of one of the hosts.
func (w *world) hostName(n int) string { return hostOf(filepath.Join(w.state, fmt.Sprint("h", n))) }

// longAgo is when a lease that nobody renews has ended for certain.
const longAgo = 30 * time.Second
