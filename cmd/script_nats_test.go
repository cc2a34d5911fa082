package cmd

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/rogpeppe/go-internal/testscript"
)

// natsd starts a real NATS server and adds it as [store] to configurations.
func natsd(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: natsd CONFIG...")
	}
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: filepath.Join(ts.Getenv("WORK"), ".nats"), NoLog: true, NoSigs: true,
	})
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
