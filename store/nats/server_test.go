package nats_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store/nats"
	"github.com/wnotify/wnotify/store/storetest"
)

// start runs a real server on loopback.
func start(t testing.TB, edit func(*server.Options)) *server.Server {
	t.Helper()
	o := &server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: folder(t)}
	if edit != nil {
		edit(o)
	}
	return nats.Serve(t, o)
}

// open opens a queue as a host would.
func open(t testing.TB, o nats.Options) *nats.Store {
	t.Helper()
	if o.Host == "" {
		o.Host = "here"
	}
	if o.Warn == nil {
		o.Warn = func(err error) { t.Logf("warning: %v", err) }
	}
	s, err := nats.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// cluster is three servers that replicate, each with a folder of its own.
type cluster struct {
	servers []*server.Server
	options []*server.Options
}

func startCluster(t testing.TB, edits ...func(*server.Options)) *cluster {
	t.Helper()
	c := &cluster{}
	host := storetest.Loopback()
	var ports []int
	var routes []string
	for range 3 {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		ports = append(ports, port)
		routes = append(routes, "nats://"+l.Addr().String())
		l.Close()
	}
	for i, port := range ports {
		o := &server.Options{
			ServerName: fmt.Sprintf("n%d", i), Host: host, Port: -1, JetStream: true, StoreDir: folder(t), NoLog: true, NoSigs: true,
			Cluster: server.ClusterOpts{Name: "c", Host: host, Port: port},
			Routes:  server.RoutesFromStr(strings.Join(routes, ",")),
		}
		for _, edit := range edits {
			edit(o)
		}
		c.options = append(c.options, o)
		c.servers = append(c.servers, nil)
		c.up(t, i)
	}
	t.Cleanup(func() {
		for i := range c.servers {
			c.down(i)
		}
	})
	c.settled(t)
	return c
}

func (c *cluster) up(t testing.TB, i int) {
	t.Helper()
	o := c.options[i].Clone()
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	if !s.ReadyForConnections(30 * time.Second) {
		t.Fatal("a server of the cluster does not come up")
	}
	if addr, ok := s.Addr().(*net.TCPAddr); ok {
		c.options[i].Port = addr.Port // it keeps its place
	}
	c.servers[i] = s
}

func (c *cluster) down(i int) {
	if c.servers[i] != nil {
		c.servers[i].Shutdown()
		c.servers[i].WaitForShutdown()
		c.servers[i] = nil
	}
}

// settled waits until the servers have a leader and know each other.
func (c *cluster) settled(t testing.TB) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		leaders, peers := 0, true
		for _, s := range c.servers {
			if s != nil && s.JetStreamIsLeader() {
				leaders++
				peers = len(s.JetStreamClusterPeers()) == 3
			}
		}
		if leaders == 1 && peers && !slices.ContainsFunc(c.servers, func(s *server.Server) bool { return s != nil && !answers(t, s) }) {
			return
		}
	}
	t.Fatal("the cluster finds no leader")
}

// answers reports whether JetStream can be reached through a server: one that
// follows hears a moment later who leads.
func answers(t testing.TB, s *server.Server) bool {
	t.Helper()
	c, err := client.Connect(s.ClientURL())
	if err != nil {
		return false
	}
	defer c.Close()
	js, err := jetstream.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err = js.AccountInfo(ctx)
	return err == nil
}

func (c *cluster) url() string {
	var urls []string
	for _, s := range c.servers {
		if s != nil {
			urls = append(urls, s.ClientURL())
		}
	}
	return strings.Join(urls, ",")
}
