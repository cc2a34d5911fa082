//go:build unix

package torture

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/wnotify/wnotify/store/nats"
)

// Settings of a server of a cluster: the port for the others, and all of them.
const (
	clusterSetting = "cluster: "
	routesSetting  = "routes: "
)

// join makes a server one of a cluster if its settings say so.
func join(o *server.Options, settings []string) error {
	for _, s := range settings {
		if port, ok := strings.CutPrefix(s, clusterSetting); ok {
			n, err := strconv.Atoi(port)
			if err != nil {
				return err
			}
			o.Cluster = server.ClusterOpts{Name: "c", Host: "127.0.0.1", Port: n}
		}
		if routes, ok := strings.CutPrefix(s, routesSetting); ok {
			o.Routes = server.RoutesFromStr(routes)
		}
	}
	return nil
}

// replicated starts three servers that replicate, each in a process of its own,
// and moves the queue of the world to them.
func (w *world) replicated(settings ...string) {
	w.Helper()
	var ports, routes, urls []string
	var held []net.Listener // together, so that ports differ
	for range 6 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		w.check(err)
		_, port, err := net.SplitHostPort(l.Addr().String())
		w.check(err)
		ports = append(ports, port)
		if len(ports) > 3 {
			routes = append(routes, "nats://"+l.Addr().String())
		}
		held = append(held, l)
	}
	for _, l := range held {
		w.check(l.Close())
	}
	for i := range 3 {
		n := &natsd{w: w, port: ports[i], dir: w.TempDir()}
		n.settings = append([]string{clusterSetting + ports[3+i], routesSetting + strings.Join(routes, ",")}, settings...)
		n.start()
		w.Cleanup(n.kill)
		urls = append(urls, n.url())
		w.nats, w.servers = n, append(w.servers, n)
	}
	all := strings.Join(urls, ",")
	w.toml += fmt.Sprintf("\n[store]\nengine = \"nats\"\nurl = %q\nreplicas = 3\n", all)
	w.check(os.WriteFile(w.config, []byte(w.toml), 0o600))
	w.until("the cluster to take a queue", func() bool {
		s, err := nats.Open(w.Context(), nats.Options{URL: all, Host: "first", Replicas: 3})
		if err == nil {
			err = s.Close()
		}
		return err == nil
	})
	w.begin()
}
