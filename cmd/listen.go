package cmd

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/receiver"
)

// listenFlags are the flags of wnotify listen.
type listenFlags struct {
	addr       string
	tls        bool
	caFile     string
	clientCert bool

	status     int
	duration   string
	times      int
	delay      string
	retryAfter string
	fault      string
}

func (a *app) listen() *cobra.Command {
	var l listenFlags
	c := &cobra.Command{
		Use:   "listen",
		Short: "Be a collector for trying things: print what comes in",
		Long: `Be a collector. Every event that comes in is printed on stdout, one on a line; on
stderr there is a line for each request. With --tls it makes an authority of its
own, writes its certificate into a file, and prints the command that adds it as
an integration. It misbehaves if asked to. SIGINT or SIGTERM end it.`,
		Example: `  wnotify listen --tls
  wnotify listen --addr 127.0.0.1:8080 --status 503 --for 30s
  wnotify listen --tls --client-cert --delay 20s
  wnotify listen | jq .details.notification_type`,
		Args: none,
		RunE: func(c *cobra.Command, _ []string) error { return a.runListen(c.Context(), &l) },
	}
	f := c.Flags()
	f.SortFlags = false
	f.StringVar(&l.addr, "addr", "127.0.0.1:0", "`HOST:PORT`: where to listen; port 0 is any free one")
	f.BoolVar(&l.tls, "tls", false, "https, with an authority made now")
	f.StringVar(&l.caFile, "ca", "", "`FILE`: write the authority's certificate there (default: a new file in the temporary folder)")
	f.BoolVar(&l.clientCert, "client-cert", false, "refuse who shows no certificate of that authority; writes one beside it")
	f.IntVar(&l.status, "status", 0, "`CODE`: answer this in place of 200; events count as received with 2xx only")
	f.StringVar(&l.duration, "for", "", "`TIME`: misbehave so long only, then be well")
	f.IntVar(&l.times, "times", 0, "`N`: misbehave for so many requests only")
	f.StringVar(&l.delay, "delay", "", "`TIME`: wait so long before each answer")
	f.StringVar(&l.retryAfter, "retry-after", "", "`WHEN`: send this Retry-After, in seconds or as a date")
	f.StringVar(&l.fault, "fault", "", "`KIND`: go wrong below HTTP: reset, drop, hang, drip, cut or garbage")
	return c
}

// behaviour is what the flags ask for.
func (l *listenFlags) behaviour() (b receiver.Behaviour, err error) {
	b = receiver.Behaviour{Status: l.status, Times: l.times, RetryAfter: l.retryAfter}
	if l.status != 0 && (l.status < 200 || l.status > 599) {
		return b, usagef("--status %d: it must be between 200 and 599", l.status)
	}
	if l.times < 0 {
		return b, usagef("--times %d: it must be a number of requests", l.times)
	}
	for _, d := range []struct {
		flag, text string
		to         *time.Duration
	}{{"for", l.duration, &b.For}, {"delay", l.delay, &b.Delay}} {
		if d.text == "" {
			continue
		}
		if *d.to, err = config.ParseDuration(d.text); err != nil || *d.to <= 0 {
			return b, usagef("--%s %q: it must be a duration like 30s", d.flag, d.text)
		}
	}
	if b.Fault, err = receiver.ParseFault(l.fault); err != nil {
		return b, usagef("--fault: %s", err)
	}
	if (b.For > 0 || b.Times > 0) && b == (receiver.Behaviour{For: b.For, Times: b.Times}) {
		return b, usagef("--for and --times say how long it misbehaves, but not how: add --status, --delay or --fault")
	}
	return b, nil
}

// runListen listens until it is stopped, which is its normal end.
func (a *app) runListen(ctx context.Context, l *listenFlags) error {
	b, err := l.behaviour()
	if err != nil {
		return err
	}
	if (l.clientCert || l.caFile != "") && !l.tls {
		return usagef("--client-cert and --ca need --tls")
	}
	if _, _, err := net.SplitHostPort(l.addr); err != nil {
		return usagef("--addr %q: it must be HOST:PORT", l.addr)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	log := &requestLog{a: a, unheard: stop}
	options := receiver.Options{Addr: l.addr, TLS: l.tls, ClientCert: l.clientCert, Keep: 1, OnRequest: log.note}
	if !a.flags.json() {
		options.Events = a.out
	}
	r, err := receiver.New(options)
	if err != nil {
		return &failure{code: exitFailed, err: err, fix: "name another --addr; port 0 is any free one"}
	}
	r.Behave(b)
	trust, err := a.writeTrust(r, l)
	if err == nil {
		a.sayListening(r, trust)
		<-ctx.Done()
	}
	return errors.Join(err, r.Close(), trust.remove())
}

// trust are the files that a sender needs.
type trust struct {
	ca, cert, key string
	temporary     string // the folder, if it is ours
}

// remove deletes files that nobody asked for.
func (t trust) remove() error {
	if t.temporary == "" {
		return nil
	}
	return os.RemoveAll(t.temporary)
}

// writeTrust writes the certificate of the authority, and a client's.
func (a *app) writeTrust(r *receiver.Receiver, l *listenFlags) (t trust, err error) {
	if !l.tls {
		return t, nil
	}
	if t.ca = l.caFile; t.ca == "" {
		if t.temporary, err = os.MkdirTemp("", "wnotify-listen-"); err != nil {
			return t, &failure{code: exitCannotCreate, err: err, fix: "name a file with --ca"}
		}
		t.ca = filepath.Join(t.temporary, "ca.pem")
	}
	files := map[string][]byte{t.ca: r.CA()}
	if l.clientCert {
		cert, key, err := r.ClientPair()
		if err != nil {
			return t, err
		}
		t.cert, t.key = beside(t.ca, "client.pem"), beside(t.ca, "client.key")
		files[t.cert], files[t.key] = cert, key
	}
	for path, pem := range files {
		if err := os.WriteFile(path, pem, 0o600); err != nil {
			return t, &failure{code: exitCannotCreate, err: err, where: path, fix: "name another file with --ca"}
		}
	}
	return t, nil
}

func beside(path, name string) string { return filepath.Join(filepath.Dir(path), name) }

// sayListening prints where it listens and how to send to it.
func (a *app) sayListening(r *receiver.Receiver, t trust) {
	add := []string{"wnotify integration add trial --url " + config.ShellQuote(r.URL())}
	if t.ca != "" {
		add = append(add, "--ca-certificate "+config.ShellQuote(absolute(t.ca)))
	}
	if t.cert != "" {
		add = append(add, "--client-certificate "+config.ShellQuote(absolute(t.cert)), "--client-key "+config.ShellQuote(absolute(t.key)))
	}
	if a.flags.json() {
		_ = ui.JSON(a.out, struct { // remembered by the stream
			URL  string `json:"url"`
			CA   string `json:"ca,omitempty"`
			Cert string `json:"client_certificate,omitempty"`
			Key  string `json:"client_key,omitempty"`
		}{r.URL(), t.ca, t.cert, t.key})
		return
	}
	if a.flags.quiet {
		return
	}
	fmt.Fprintf(a.err, "listening at %s\nto send to it:\n  %s\n", r.URL(), strings.Join(add, " \\\n    "))
}
