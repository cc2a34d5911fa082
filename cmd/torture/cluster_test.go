//go:build unix

package torture

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/wnotify/wnotify/store/nats"
	"github.com/wnotify/wnotify/store/storetest"
)

// Settings of a server of a cluster: the address for the others, and those of all.
const (
	clusterSetting = "cluster: "
	routesSetting  = "routes: "
)

// join makes a server one of a cluster if its settings say so.
func join(o *server.Options, settings []string) error {
	for _, s := range settings {
		if addr, ok := strings.CutPrefix(s, clusterSetting); ok {
			at, err := netip.ParseAddrPort(addr)
			if err != nil {
				return err
			}
			o.Cluster = server.ClusterOpts{Name: "c", Host: at.Addr().String(), Port: int(at.Port())}
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
	var addrs, routes, urls []string
	var held []net.Listener // together, so that ports differ
	host := storetest.Loopback()
	for range 6 {
		l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		w.check(err)
		addrs = append(addrs, l.Addr().String())
		if len(addrs) > 3 {
			routes = append(routes, "nats://"+l.Addr().String())
		}
		held = append(held, l)
	}
	for _, l := range held {
		w.check(l.Close())
	}
	for i := range 3 {
		n := &natsd{w: w, addr: addrs[i], dir: w.TempDir()}
		n.settings = append([]string{clusterSetting + addrs[3+i], routesSetting + strings.Join(routes, ",")}, settings...)
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
