package cmd

import (
	"flag"
	"fmt"
	"os"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/rogpeppe/go-internal/testscript"
)

// natsd starts a real NATS server and adds it as [store] to configurations;
// with -password it lets nobody in, and -max-payload says how large messages
// may be.
func natsd(ts *testscript.TestScript, neg bool, args []string) {
	dir, err := os.MkdirTemp(ts.Getenv("WORK"), ".nats-")
	ts.Check(err)
	o := server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: dir, NoLog: true, NoSigs: true}
	f := flag.NewFlagSet("natsd", flag.ContinueOnError)
	f.StringVar(&o.Password, "password", "", "")
	most := f.Int("max-payload", 0, "")
	ts.Check(f.Parse(args))
	if args = f.Args(); neg || len(args) == 0 {
		ts.Fatalf("usage: natsd [-password TEXT] [-max-payload N] CONFIG...")
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
	for _, path := range args {
		f, err := os.OpenFile(ts.MkAbs(path), os.O_APPEND|os.O_WRONLY, 0)
		ts.Check(err)
		_, err = fmt.Fprintf(f, "\n[store]\nengine = \"nats\"\nurl = %q\nreplicas = 1\n", s.ClientURL())
		ts.Check(err)
		ts.Check(f.Close())
	}
}
