package collector

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"testing"

	"github.com/wnotify/wnotify/store/storetest/beside"
)

// BenchmarkSend measures a request over TLS on loopback. The collector reads
// and answers; its part of TLS is included.
func BenchmarkSend(b *testing.B) {
	one := []byte(`{"summary":"[Wallarm] an attack","details":{"notification_type":"new_hits","client_name":"TestCompany","cloud":"US"}},`)
	for _, size := range []struct {
		name  string
		bytes int
	}{{"1KiB", 1 << 10}, {"1MiB", 1 << 20}} {
		body := append([]byte("["), bytes.TrimSuffix(bytes.Repeat(one, max(1, size.bytes/len(one))), []byte(","))...)
		body = append(body, ']')
		for _, coding := range []string{"none", "gzip", "zstd"} {
			b.Run(size.name+"/"+coding, func(b *testing.B) {
				config, e := tlsOrNot(b, true)
				e.URL.Text += hostile(b, config, answering(ok200)).l.Addr().String()
				e.Compression = coding
				c := newClient(b, nil)
				b.SetBytes(int64(len(body)))
				b.ReportAllocs()
				for b.Loop() {
					if r := c.Send(b.Context(), e, Request{Body: pieces(body), Key: "k", Type: "application/json"}); !r.OK() {
						b.Fatalf("%+v", r)
					}
				}
			})
		}
	}
}

// BenchmarkBeside sends requests beside net/http's own client, to the same
// collector; the collector is part of both, and so is its TLS.
func BenchmarkBeside(b *testing.B) {
	for _, secure := range []bool{false, true} {
		for name, size := range map[string]int{"1KiB": 1 << 10, "1MiB": 1 << 20} {
			config, e := tlsOrNot(b, secure)
			b.Run(e.Name+"/"+name, func(b *testing.B) {
				body := bytes.Repeat([]byte{'1'}, size)
				e := e
				e.URL.Text += hostile(b, config, answering(ok200)).l.Addr().String()
				c := newClient(b, nil)
				roots := x509.NewCertPool()
				roots.AppendCertsFromPEM([]byte(e.CA))
				transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
				defer transport.CloseIdleConnections()
				beside.Measure(b,
					func() {
						if r := c.Send(b.Context(), e, Request{Body: pieces(body), Key: "k", Type: "application/json"}); !r.OK() {
							b.Fatalf("%+v", r)
						}
					},
					func() {
						reply, err := (&http.Client{Transport: transport}).Post(e.URL.Text, "application/json", bytes.NewReader(body))
						if err != nil {
							b.Fatal(err)
						}
						io.Copy(io.Discard, reply.Body)
						reply.Body.Close()
					})
			})
		}
	}
}
