//go:build unix

package torture

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// BenchmarkHosts compares a send with its delivery and a durable enqueue by the
// program to a queue on NATS, of events of 1 KiB, with plain asynchronous
// publishing of such messages to the same servers, as "nats bench" does:
// -benchtime 3x is enough. The collector does nothing but TLS.
func BenchmarkHosts(b *testing.B) {
	var text strings.Builder
	for n := range 64 << 10 {
		secret := make([]byte, 250) // half of an event is what nobody can guess
		_, _ = rand.Read(secret)
		plain := ID{"s", n}.Event() + "\n"
		text.WriteString(strings.Replace(plain, "event ", hex.EncodeToString(secret)+strings.Repeat(" value", 70)+" event ", 1))
	}
	input := []byte(text.String())
	for _, replicas := range []int{1, 3} {
		for _, settings := range [][]string{nil, {syncAlways}} {
			b.Run(fmt.Sprint("replicas ", replicas, " ", settings), func(b *testing.B) {
				executable(b) // is not what is measured
				w := newWorld(b, []string{"d"}, `enabled = true`)
				w.sink()
				w.toml = strings.Replace(w.toml, "[defaults]", "[queue]\nmax_bytes = \"500GiB\"\n[defaults]", 1)
				if replicas == 1 {
					w.shared(settings...)
				} else {
					w.replicated(settings...)
				}
				w.check(os.WriteFile(w.file(), input, 0o600))
				for _, args := range [][]string{{"send", "--wait", "drain"}, {"enqueue"}} {
					b.Run(args[0], func(b *testing.B) {
						b.SetBytes(int64(len(input)))
						for b.Loop() {
							if r := w.run(command{name: args[0], args: append(args, "--from", "start", w.file())}); r.Code != 0 {
								b.Fatal(r.Stderr)
							}
						}
					})
				}
				times := 64 << 10
				if settings != nil {
					times = 4 << 10 // each is synced
				}
				b.Run("publish", func(b *testing.B) { publish(b, w.nats.url(), replicas, input[:1000], times) })
			})
		}
	}
}

// sink takes the place of the collectors: what they do with an event is not
// what is measured.
func (w *world) sink() {
	w.Helper()
	s := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // who sends sees whether it was taken
	}))
	w.Cleanup(s.Close)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	for name, c := range w.collectors {
		w.toml = strings.ReplaceAll(w.toml, c.URL(), s.URL+"/")
		w.check(os.WriteFile(filepath.Join(w.root, name+".pem"), ca, 0o600))
	}
}

// publish publishes a message so many times, with many of them on the way.
func publish(b *testing.B, url string, replicas int, event []byte, times int) {
	b.Helper()
	nc, err := client.Connect(url)
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err == nil {
		_, err = js.CreateOrUpdateStream(b.Context(), jetstream.StreamConfig{Name: "plain", Subjects: []string{"plain"}, Replicas: replicas})
	}
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(times * len(event)))
	for b.Loop() {
		for range times {
			for js.PublishAsyncPending() > 2048 {
				time.Sleep(100 * time.Microsecond) // the client would refuse more than 4000
			}
			if _, err := js.PublishAsync("plain", event); err != nil {
				b.Fatal(err)
			}
		}
		<-js.PublishAsyncComplete()
	}
}
