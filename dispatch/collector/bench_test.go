package collector

import (
	"bytes"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// BenchmarkSend measures a request over TLS on loopback; the collector's part,
// which parses the body, is included.
func BenchmarkSend(b *testing.B) {
	for _, size := range []struct {
		name  string
		bytes int
	}{{"1KiB", 1 << 10}, {"1MiB", 1 << 20}} {
		for _, coding := range []string{"none", "gzip", "zstd"} {
			b.Run(size.name+"/"+coding, func(b *testing.B) {
				_, e := listen(b, receiver.Options{TLS: true, Keep: 1})
				c := newClient(b, nil)
				e.Compression = coding
				one := []byte(`{"summary":"[Wallarm] an attack","details":{"notification_type":"new_hits","client_name":"TestCompany","cloud":"US"}},`)
				body := append([]byte("["), bytes.TrimSuffix(bytes.Repeat(one, max(1, size.bytes/len(one))), []byte(","))...)
				body = append(body, ']')
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
