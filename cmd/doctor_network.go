package cmd

import (
	"cmp"
	"context"
	"net/url"
	"strings"
	"sync"

	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
)

// atOnce is how many collectors are looked at side by side.
const atOnce = 8

// targets goes the way to every collector, as far as its certificate. Headers
// and signatures stay at home, for no request is made; so a secret that is
// missing hides nothing of the way.
func (x *examination) targets(ctx context.Context) {
	list := x.file.Settings().Integrations
	client := collector.New(collector.Options{Version: released().Version, Getenv: x.a.env.Getenv})
	defer client.Close()
	results := make([][]collector.Finding, len(list))
	free := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for n, i := range list {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			e := i.Endpoint
			e.Headers, e.Signing = nil, nil
			results[n] = client.Check(ctx, e)
		})
	}
	all.Wait()
	for n, i := range list {
		for _, f := range results[n] {
			x.step(i, f)
		}
	}
}

// step is one step on the way to a collector. A person disabled those that are
// disabled, so what is wrong there can wait.
func (x *examination) step(i dispatch.Integration, f collector.Finding) {
	if c := f.Certificate; c != nil {
		x.clock.saw("the begin of the certificate of "+i.Name, c.NotBefore)
	}
	switch {
	case f.Step == "files" && (f.Level != collector.Bad || x.reported(i.Name)):
		return // the check of files has said so
	case f.Level == collector.Bad && i.Enabled:
		x.failf(exitFailed, f.Step, i.Name, f.Fix, "%s", f.Text)
	case f.Level == collector.Bad:
		x.warnf(f.Step, i.Name, f.Fix, "%s (it is disabled)", f.Text)
	case f.Level == collector.Warning:
		x.warnf(f.Step, i.Name, f.Fix, "%s", f.Text)
	default:
		x.ok(f.Step, i.Name, "%s", f.Text)
	}
}

// reported tells whether the files of an integration were found wanting.
func (x *examination) reported(name string) bool {
	for _, f := range x.list {
		if _, ok := f.about.Of(name); ok && f.Check == "files" && f.Status != statusOK {
			return true
		}
	}
	return false
}

// proxies says which ones the environment names, without their passwords.
func (x *examination) proxies() {
	for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY"} {
		value := cmp.Or(x.a.env.Getenv(name), x.a.env.Getenv(strings.ToLower(name)))
		if value == "" {
			continue
		}
		shown, ok := shownProxy(value)
		if !ok {
			x.warnf("proxy", "", "set it to a URL like http://proxy.example.com:3128, or unset it", "$%s is not a URL, so nothing is sent through it", name)
			continue
		}
		text := "$" + name + " sends requests through " + shown
		if not := cmp.Or(x.a.env.Getenv("NO_PROXY"), x.a.env.Getenv("no_proxy")); not != "" {
			text += ", but not to " + not
		}
		x.ok("proxy", "", "%s", text)
	}
}

// shownProxy is the URL of a proxy as people may see it.
func shownProxy(value string) (string, bool) {
	if !strings.Contains(value, "://") {
		value = "http://" + value
	}
	u, err := url.Parse(value)
	if err != nil || u.Hostname() == "" {
		return "", false
	}
	shown := u.Scheme + "://" + u.Host
	if u.User != nil {
		shown += " (with a user name)"
	}
	return shown, true
}
