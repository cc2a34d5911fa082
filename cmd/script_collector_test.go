package cmd

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/wnotify/wnotify/dispatch/receiver"
	"github.com/wnotify/wnotify/dispatch/receiver/fake"
)

// listening is the key of the collectors that a script started.
type listening struct{}

func collectorVerbs() map[string]verb {
	return map[string]verb{"collector": startCollector, "faults": faults, "received": received}
}

// startCollector starts a collector NAME over TLS. $NAME_URL is where it
// listens, $NAME_CA the file with its authority; with -client-cert it refuses
// who does not show $NAME_CERT and $NAME_KEY; -http is without TLS. -as makes it
// store and answer as a program does: one of the names in programs.
func startCollector(ts *testscript.TestScript, neg bool, args []string) {
	f := flag.NewFlagSet("collector", flag.ContinueOnError)
	plain := f.Bool("http", false, "")
	client := f.Bool("client-cert", false, "")
	as := f.String("as", "", "")
	name := parse(ts, f, neg, args)
	program, ok := programs()[*as]
	if !ok && *as != "" {
		ts.Fatalf("there is no program %s", *as)
	}
	r, err := receiver.New(receiver.Options{TLS: !*plain, ClientCert: *client, Keep: 1_000_000, As: program})
	ts.Check(err)
	ts.Defer(func() { _ = r.Close() }) // nobody listens any more either way
	collectors(ts)[name] = r
	variable := strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
	ts.Setenv(variable+"_URL", r.URL())
	write := func(suffix string, pem []byte) {
		path := filepath.Join(ts.Getenv("WORK"), ".collectors", name+"."+strings.ToLower(suffix)+".pem")
		ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
		ts.Check(os.WriteFile(path, pem, 0o600))
		ts.Setenv(variable+"_"+suffix, path)
	}
	if *plain {
		return
	}
	write("CA", r.CA())
	cert, key, err := r.ClientPair()
	ts.Check(err)
	write("CERT", cert)
	write("KEY", key)
}

// programs are the collectors that a script can have.
func programs() map[string]receiver.Program {
	return map[string]receiver.Program{
		"fluentd":         &fake.Fluentd{Match: []string{"wallarm.**"}},
		"logstash":        &fake.Logstash{},
		"logstash-codecs": &fake.Logstash{Codecs: fake.NDJSON()},
		"logstash-basic":  &fake.Logstash{Authorization: "Basic dXNlcjpzZWNyZXQ="}, // user:secret
		"fluent-bit":      &fake.FluentBit{},
	}
}

// faults says how a collector behaves from now on; without flags it is well.
func faults(ts *testscript.TestScript, neg bool, args []string) {
	var b receiver.Behaviour
	f := flag.NewFlagSet("faults", flag.ContinueOnError)
	f.IntVar(&b.Status, "status", 0, "")
	f.StringVar(&b.Body, "body", "", "")
	f.StringVar(&b.RetryAfter, "retry-after", "", "")
	f.StringVar(&b.Location, "location", "", "")
	f.DurationVar(&b.Delay, "delay", 0, "")
	f.Int64Var(&b.MaxBody, "max-body", 0, "")
	f.StringVar(&b.Poison, "poison", "", "")
	f.IntVar(&b.PoisonStatus, "poison-status", 0, "")
	f.DurationVar(&b.For, "for", 0, "")
	f.IntVar(&b.Times, "times", 0, "")
	fault := f.String("fault", "", "")
	down := f.Bool("down", false, "")
	r := collectorOf(ts, parse(ts, f, neg, args))
	if *down {
		ts.Check(r.Down())
		return
	}
	parsed, err := receiver.ParseFault(*fault)
	ts.Check(err)
	b.Fault = parsed
	r.Behave(b)
	ts.Check(r.Up())
}

// exchange is one request as received prints it.
type exchange struct {
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Key     string            `json:"key"`
	Status  int               `json:"status"`
	Stored  bool              `json:"stored"`
	Events  int               `json:"events"`
	Size    int64             `json:"size"`
	Problem string            `json:"problem,omitempty"`
	Headers map[string]string `json:"headers"`
}

// received prints what a collector got, as JSON; with -lines the events that it
// stored, one on a line; with -body N the body of a request, from 1; with -signed
// SECRET how many requests it has signed. -events and -requests wait until there are so many; more is an error. -forget forgets.
func received(ts *testscript.TestScript, neg bool, args []string) {
	f := flag.NewFlagSet("received", flag.ContinueOnError)
	events := f.Int("events", -1, "")
	requests := f.Int("requests", -1, "")
	printLines := f.Bool("lines", false, "")
	body := f.Int("body", 0, "")
	forget := f.Bool("forget", false, "")
	signed := f.String("signed", "", "")
	name := parse(ts, f, neg, args)
	r := collectorOf(ts, name)
	wait := func(what string, want int, got func() int) {
		if want < 0 {
			return
		}
		patiently(ts, fmt.Sprintf("%s to receive %d %s", name, want, what), func() bool { return got() >= want })
		if n := got(); n > want {
			ts.Fatalf("%s received %d %s, want %d", name, n, what, want)
		}
	}
	wait("events", *events, func() int { return len(r.Events()) })
	wait("requests", *requests, r.Count)
	switch {
	case *signed != "":
		w, err := standardwebhooks.NewWebhook(*signed)
		ts.Check(err)
		n := 0
		for _, q := range r.Requests() {
			if w.Verify(q.Body, q.Header) == nil {
				n++
			}
		}
		fmt.Fprintf(ts.Stdout(), "%d of %d requests\n", n, r.Count())
	case *forget:
		r.Forget()
	case *printLines:
		for _, e := range r.Events() {
			fmt.Fprintf(ts.Stdout(), "%s\n", e)
		}
	case *body > 0:
		_, _ = ts.Stdout().Write(r.Requests()[*body-1].Body)
	default:
		ts.Check(json.NewEncoder(ts.Stdout()).Encode(summarise(r)))
	}
}

func summarise(r *receiver.Receiver) any {
	list := []exchange{}
	keys := map[string]bool{}
	for _, q := range r.Requests() {
		e := exchange{
			Method: q.Method, Path: q.Path, Key: q.Key(), Status: q.Status, Stored: q.Stored, Events: len(q.Events),
			Size: q.Size, Problem: q.Problem, Headers: map[string]string{},
		}
		for name := range q.Header {
			e.Headers[name] = q.Header.Get(name)
		}
		keys[e.Key] = true
		list = append(list, e)
	}
	return struct {
		Requests    int        `json:"requests"`
		Events      int        `json:"events"`
		Keys        int        `json:"keys"` // different ones
		Connections int64      `json:"connections"`
		Items       []exchange `json:"items"`
	}{r.Count(), len(r.Events()), len(keys), r.Connections(), list}
}

// parse reads the flags of a verb, before or behind the name.
func parse(ts *testscript.TestScript, f *flag.FlagSet, neg bool, args []string) (name string) {
	f.SetOutput(io.Discard)
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	}
	ts.Check(f.Parse(args))
	if name == "" {
		name = f.Arg(0)
	}
	if neg || name == "" {
		ts.Fatalf("usage: %s NAME [FLAGS]", f.Name())
	}
	return name
}

func collectors(ts *testscript.TestScript) map[string]*receiver.Receiver {
	return ts.Value(listening{}).(map[string]*receiver.Receiver)
}

func collectorOf(ts *testscript.TestScript, name string) *receiver.Receiver {
	r, ok := collectors(ts)[name]
	if !ok {
		ts.Fatalf("there is no collector %s", name)
	}
	return r
}
