package cmd

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/rogpeppe/go-internal/testscript"
)

// natsd starts a real NATS server and adds it as [store] to configurations;
// with -password it lets nobody in, -max-payload says how large messages may be,
// and -version makes it one that only says it is that version.
func natsd(ts *testscript.TestScript, neg bool, args []string) {
	dir, err := os.MkdirTemp(ts.Getenv("WORK"), ".nats-")
	ts.Check(err)
	o := server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true}
	f := flag.NewFlagSet("natsd", flag.ContinueOnError)
	f.StringVar(&o.Password, "password", "", "")
	most := f.Int("max-payload", 0, "")
	version := f.String("version", "", "")
	ts.Check(f.Parse(args))
	if args = f.Args(); neg || len(args) == 0 {
		ts.Fatalf("usage: natsd [-password TEXT] [-max-payload N] [-version V] CONFIG...")
	}
	if *version != "" {
		useNATS(ts, greeter(ts, *version), args)
		return
	}
	if o.Password != "" {
		o.Username = "somebody"
	}
	o.MaxPayload = int32(*most)
	s, err := server.NewServer(&o)
	ts.Check(err)
	s.Start()
	ts.Defer(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(patience) {
		ts.Fatalf("the NATS server does not come up in %s", patience)
	}
	useNATS(ts, s.ClientURL(), args)
}

// useNATS adds a server as [store] to configurations.
func useNATS(ts *testscript.TestScript, url string, configs []string) {
	for _, path := range configs {
		f, err := os.OpenFile(ts.MkAbs(path), os.O_APPEND|os.O_WRONLY, 0)
		ts.Check(err)
		_, err = fmt.Fprintf(f, "\n[store]\nengine = \"nats\"\nurl = %q\nreplicas = 1\n", url)
		ts.Check(err)
		ts.Check(f.Close())
	}
}

// greeter greets as a NATS server of a version does, and answers pings. The
// script fails if anybody publishes to it or asks it for anything.
func greeter(ts *testscript.TestScript, version string) (url string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	asked := make(chan string, 1)
	serve := func(c net.Conn) {
		defer c.Close()
		fmt.Fprintf(c, "INFO {\"server_id\":\"N\",\"version\":%q,\"proto\":1,\"headers\":true,\"jetstream\":true,\"max_payload\":1048576}\r\n", version)
		for lines := bufio.NewScanner(c); lines.Scan(); {
			switch verb, _, _ := strings.Cut(lines.Text(), " "); verb {
			case "PING":
				fmt.Fprint(c, "PONG\r\n")
			case "PUB", "HPUB", "SUB":
				select {
				case asked <- lines.Text():
				default:
				}
			}
		}
	}
	go func() {
		for c, err := l.Accept(); err == nil; c, err = l.Accept() {
			go serve(c)
		}
	}()
	ts.Defer(func() {
		l.Close()
		select {
		case line := <-asked:
			ts.Fatalf("a server of version %s was asked: %s", version, line)
		default:
		}
	})
	return "nats://" + l.Addr().String()
}
