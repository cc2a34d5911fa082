//go:build unix

package torture

import (
	"fmt"
	"os"
	"strings"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// toxics are what a network does to bytes, in the words of toxiproxy.
var toxics = []string{
	`{"type":"latency","stream":"downstream","attributes":{"latency":60,"jitter":50}}`,
	`{"type":"bandwidth","stream":"upstream","attributes":{"rate":2}}`,
	`{"type":"slicer","stream":"upstream","attributes":{"average_size":60,"size_variation":50,"delay":200}}`,
	`{"type":"slicer","stream":"downstream","attributes":{"average_size":9,"size_variation":5,"delay":200}}`,
	`{"type":"slow_close","stream":"downstream","attributes":{"delay":300}}`,
	`{"type":"timeout","stream":"upstream","attributes":{"timeout":150}}`,
	`{"type":"timeout","stream":"downstream","attributes":{"timeout":150}}`,
	`{"type":"reset_peer","stream":"upstream","attributes":{"timeout":20}}`,
	`{"type":"reset_peer","stream":"downstream","attributes":{"timeout":20}}`,
	`{"type":"limit_data","stream":"upstream","attributes":{"bytes":1700}}`,
	`{"type":"limit_data","stream":"downstream","attributes":{"bytes":1500}}`,
	`{"type":"limit_data","stream":"downstream","attributes":{"bytes":20}}`,
}

// Between the program and its collectors is a network that delays, throttles,
// slices, swallows, cuts and resets, in either direction. Nothing is lost by it,
// and a request that came through twice is the same under the same key.
func TestToxicNetwork(t *testing.T) {
	w := newWorld(t, []string{"a", "b"})
	proxies := map[string]*toxiproxy.Proxy{}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	for _, name := range w.names() {
		p := toxiproxy.NewProxy(server, name, "127.0.0.1:0", w.collectors[name].Addr())
		w.check(p.Start())
		t.Cleanup(p.Stop)
		w.toml = strings.ReplaceAll(w.toml, w.collectors[name].Addr(), p.Listen)
		proxies[name] = p
	}
	w.check(os.WriteFile(w.config, []byte(w.toml), 0o600))
	w.begin()
	for n, toxic := range toxics {
		if !exhaustive && n%2 == 1 {
			continue
		}
		for _, p := range proxies {
			_, err := p.Toxics.AddToxicJson(strings.NewReader(toxic))
			w.check(err)
		}
		source := fmt.Sprint("s", n)
		if r := w.send(source, 8, command{args: []string{"send", "--wait", "300ms"}}); r.Code != 0 && r.Code != 69 {
			t.Errorf("%s: code %d: %s", toxic, r.Code, failures(r.Stderr))
		}
		for _, p := range proxies {
			p.Toxics.ResetToxics(t.Context())
		}
		w.history.Crashes++ // an answer that was swallowed
	}
	w.settle()
	w.judge("through the network")
}
