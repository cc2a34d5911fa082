package cmd

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wnotify/wnotify/store/storetest"
)

// natsRecipe does what "Many machines" of the README says: three servers with
// its nats.conf, its [store] at the end of CONFIG; its commands become SCRIPT.
// Only names, addresses and folders are those of the test.
func natsRecipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: natsrecipe CONFIG SCRIPT")
	}
	text, err := os.ReadFile(readmePath)
	ts.Check(err)
	_, section, ok := strings.Cut(string(text), "\n## Many machines\n")
	section, _, _ = strings.Cut(section, "\n## ")
	block := func(language string) string {
		m := regexp.MustCompile("(?s)```" + language + "\n(.*?)```").FindStringSubmatch(section)
		if !ok || m == nil {
			ts.Fatalf("the README has no block of %s in Many machines", language)
		}
		return m[1]
	}
	names := recipeNames(ts)
	var servers []*server.Server
	for n := range 3 {
		servers = append(servers, recipeServer(ts, n+1, names, block("conf")))
	}
	for _, s := range servers {
		s.Start()
		ts.Defer(func() {
			s.Shutdown()
			s.WaitForShutdown()
		})
	}
	for end := time.Now().Add(patience); !ofOneMind(servers); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("the servers find no leader in %s", patience)
		}
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_WRONLY, 0)
	ts.Check(err)
	_, err = fmt.Fprintf(f, "\n%s", names.Replace(block("toml")))
	ts.Check(err)
	ts.Check(f.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(block("sh")), 0o600))
}

// ofOneMind reports whether the servers are a cluster with a leader that each of
// them has heard of.
func ofOneMind(servers []*server.Server) bool {
	led := false
	for _, s := range servers {
		led = led || s.JetStreamIsLeader() && len(s.JetStreamClusterPeers()) == len(servers)
	}
	return led && !slices.ContainsFunc(servers, func(s *server.Server) bool {
		c, err := client.Connect(s.ClientURL())
		if err != nil {
			return true
		}
		defer c.Close()
		_, err = c.Request("$JS.API.INFO", nil, time.Second)
		return err != nil
	})
}

// recipeNames puts free ports of this machine in the place of the addresses.
func recipeNames(ts *testscript.TestScript) *strings.Replacer {
	var pairs []string
	host := storetest.Loopback()
	for n := range 3 {
		for _, port := range []string{"4222", "6222"} {
			l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
			ts.Check(err)
			defer l.Close() // all at the end, so that no two are the same
			pairs = append(pairs, fmt.Sprintf("nats-%d:%s", n+1, port), l.Addr().String())
		}
	}
	return strings.NewReplacer(pairs...)
}

// recipeServer is the server of one of the three machines.
func recipeServer(ts *testscript.TestScript, n int, names *strings.Replacer, conf string) *server.Server {
	own := func(port string) string { return names.Replace(fmt.Sprintf("nats-%d:%s", n, port)) }
	conf = strings.NewReplacer(
		"server_name: nats-1", fmt.Sprint("server_name: nats-", n), "0.0.0.0:4222", own("4222"), "0.0.0.0:6222", own("6222"),
		"/var/lib/nats", filepath.Join(ts.Getenv("WORK"), fmt.Sprint(".nats-", n)),
	).Replace(names.Replace(conf))
	var o server.Options
	ts.Check(o.ProcessConfigString(conf))
	o.NoLog, o.NoSigs = true, true
	s, err := server.NewServer(&o)
	ts.Check(err)
	return s
}
