package collector

import (
	"bytes"
	"testing"
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
					if r := c.Send(b.Context(), e, Request{Body: body, Key: "k", Type: "application/json"}); !r.OK() {
						b.Fatalf("%+v", r)
					}
				}
			})
		}
	}
}
