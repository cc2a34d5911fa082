package cmd

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// caged is a configuration with a secret of every kind.
const caged = `version = 1
[metrics]
textfile = "DIR/out/wnotify.prom"
[integration.plain]
url = "https://c4nary-user:c4nary-password@HOST/in?token=c4nary-query"
ca_certificate = "DIR/plain.ca"
client_certificate = "DIR/plain.cert"
client_key = "DIR/plain.key"
retry = []
signing_secret = { file = "DIR/signing" }
[integration.plain.headers]
Authorization = "Bearer c4nary-header"
X-Api-Key = "c4nary-key"
[integration.hidden]
url = { file = "DIR/url" }
ca_certificate = "DIR/hidden.ca"
client_certificate = "DIR/hidden.cert"
client_key = "DIR/hidden.key"
retry = ["1h"]
signing_secret = [{ file = "DIR/signing" }, { env = "SIGNING" }]
[integration.hidden.secret_headers]
Authorization = { file = "DIR/token", prefix = "Bearer " }
X-Variable = { env = "VARIABLE" }
X-Credential = { credential = "credential" }
[integration.proxied]
url = "https://collector.invalid/in?token=c4nary-query"
events = ["none"]
retry = ["1h"]
[trigger.burst]
condition = "hits"
threshold = { more_than = 1, per = "1h" }
integrations = ["hidden"]
`

func (c *cage) fill() {
	host := func(r *receiver.Receiver) string { return strings.TrimPrefix(r.URL(), "https://") }
	c.variables = map[string]string{
		"WNOTIFY_CONFIG": filepath.Join(c.dir, "config.toml"), "WNOTIFY_STATE": filepath.Join(c.dir, "state"), "LANG": "C.UTF-8",
		"VARIABLE": "c4nary-variable", "CREDENTIALS_DIRECTORY": filepath.Join(c.dir, "credentials"), "EDITOR": "true",
		"SIGNING":     "whsec_YzRuYXJ5LXNpZ25pbmctaW4tYS12YXJpYWJsZS0wMDE=",
		"HTTPS_PROXY": "http://c4nary-user:c4nary-password@127.0.0.1:1",
	}
	c.write("config.toml", strings.NewReplacer("DIR", c.dir, "HOST", host(c.plain)).Replace(caged))
	c.write("url", "https://"+host(c.hidden)+"/c4nary-path/hook?k=c4nary-hidden\n")
	c.write("token", "c4nary-file\n")
	c.write("signing", "whsec_YzRuYXJ5LXNpZ25pbmctaW4tYS1maWxlLTAwMDAwMDE=\n")
	c.write("credentials/credential", "c4nary-credential\n")
	c.write("events", `{"summary":"one","details":{"notification_type":"new_hits"}}`+"\n"+
		`{"summary":"two","details":{"notification_type":"new_hits"}}`+"\n")
	c.write("invalid", `{"summary":`+"\n"+`{"summary":"three","details":{"notification_type":"new_hits"}}`+"\n")
	c.write("status", `{"requests":7}`)
	c.write("out/none", "")
	c.terse()
}

// terse and talkative are ways to run what follows.
func (c *cage) terse() { c.forms = [][]string{{}} }

func (c *cage) talkative() {
	c.forms = [][]string{
		{"-o", "json", "--log-level", "trace", "--log-format", "json"},
		{"-v", "--log-level", "trace", "--log-format", "console", "--color", "always"},
		{"-q", "--log-level", "debug"},
	}
}

// all runs lines of commands.
func (c *cage) all(lines string) {
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line != "" {
			c.run(line)
		}
	}
}

// Commands that look, that do, that change: one on a line.
//
//nolint:dupword // two lines may begin alike
const (
	looking = `
		status
		status plain --check
		queue list
		queue list -i hidden
		queue show hidden:1
		queue show hidden:1 --body
		queue export --all
		dead list
		dead show --all
		dead export --all
		rejects list
		rejects show --all
		rejects export --all
		why hidden:1
		why plain:1
		report
		metrics
		metrics --textfile OUT/METRICS.PROM
		integration list
		integration show plain
		integration show hidden
		trigger list
		trigger show burst
		trigger test burst EVENTS
		config check
		config check --files
		config show
		config path
		config edit
		doctor --offline
		events
		events hits --sample
		version
		help config
		__complete integration show h
	`
	doing = `
		test
		test hidden --event hits
		integration test plain proxied
		send --wait 0 --from start EVENTS
		send --wait 0 --from start -i proxied EVENTS
		send --wait 0 INVALID
		send -i nobody EVENTS
		send EVENTS NOTHERE
		send --dry-run --from start EVENTS
		send --dry-run --as-curl --from start EVENTS
		enqueue --from start EVENTS
		flush --wait 0 --now
		flush --require-delivery --wait 0
		requests add 3
		requests --wallarm-status STATUS
		dead replay --all
	`
	changing = `
		integration add plain --url https://h.example/?token=c4nary
		integration add new --url https://u:c4nary@h.example/?token=c4nary -H Authorization:c4nary --signing-secret c4nary
		integration add new --url http://h.example/?token=c4nary
		integration add new --url https://u:c4nary@h.example:99999999/
		integration add new --url https://h.example/?token=c4nary -H X-Token:c4nary --event hits --config OUT/NONE/CONFIG.TOML
		integration set plain -H X-Api-Key:c4nary-again
		integration set plain --url https://h.example/c4nary#c4nary
		integration set plain --unset headers.X-Api-Key --signing-secret file:NOWHERE
		integration add extra --url https://h.example/?token=c4nary -H X-Token:c4nary --event hits
		integration disable extra
		integration enable extra
		integration delete extra
		integration delete extra --yes
		trigger add other --condition hits --more-than 5 --per 1h -i hidden
		trigger set other --more-than 6
		trigger disable other
		trigger enable other
		trigger delete other --yes
		config init
		config init --config OUT/NEW.TOML
		config schema
		completion bash
		completion zsh
		completion fish
		completion powershell
		queue move hidden proxied
		queue drop hidden:1
		queue drop --all --yes
		dead drop --all
		dead drop --all --yes
		rejects drop --all --yes
		store copy --from bolt --to nats
		doctor --repair
	`
)

// story is what happens in the cage.
func (c *cage) story() []func() {
	path := func(name string) string { return filepath.Join(c.dir, name) }
	spoil := func(name, text string, trouble func()) {
		was, err := os.ReadFile(path(name))
		if err != nil {
			c.Fatal(err)
		}
		c.write(name, text)
		trouble()
		c.write(name, string(was))
	}
	some := func() {
		c.all("test\nsend --wait 0 --from start EVENTS\nflush --wait 0 --now\nstatus\nconfig check --files\ndoctor --offline")
	}
	return []func(){
		func() { c.all(looking) }, // nothing happened yet
		c.talkative,
		func() { c.behave(receiver.Behaviour{Status: 503}); c.all(doing) },
		func() { c.behave(receiver.Behaviour{Status: 401}); some() },
		func() { c.all(looking) },
		func() { c.run("report -o html --out OUT/REPORT.HTML") },
		func() { c.left("state") },
		func() {
			c.behave(receiver.Behaviour{Status: 302, Location: "with a secret"})
			some()
		},
		func() { c.behave(receiver.Behaviour{Status: 400}); some() },
		func() { c.behave(receiver.Behaviour{Fault: receiver.Garbage}); some() },
		func() { c.behave(receiver.Behaviour{Fault: receiver.Reset}); some() },
		func() { spoil("token", "c4nary\nof two lines\x01\n", some) },
		func() { spoil("url", "http://c4nary:c4nary@h.example:port/c4nary\n", some) },
		func() { spoil("signing", "c4nary is no key\n", some) },
		func() { spoil("plain.key", "-----BEGIN PRIVATE KEY-----\nc4nary\n-----END PRIVATE KEY-----\n", some) },
		func() { spoil("plain.key", "c4nary\n", some) },
		func() { c.variables["VARIABLE"] = ""; some(); c.variables["VARIABLE"] = "c4nary\r\nX: y"; some() },
		func() { c.variables["VARIABLE"] = "c4nary-variable" },
		func() { c.open("token", some) },
		func() { c.open("config.toml", some) },
		c.broken,
		func() { c.forms = c.forms[:1] }, // all have been heard by now
		func() { c.behave(receiver.Behaviour{}); c.all(doing); c.all(looking); c.run("doctor") },
		func() { c.all(changing) },
		func() { c.left("state") },
		func() { c.damage("state/journal.db"); c.all(looking); c.all("doctor --repair\nstatus") },
	}
}

// open makes a file writable by everybody for a while.
func (c *cage) open(name string, trouble func()) {
	path := filepath.Join(c.dir, name)
	if err := os.Chmod(path, 0o666); err != nil {
		c.Fatal(err)
	}
	trouble()
	if err := os.Chmod(path, 0o600); err != nil {
		c.Fatal(err)
	}
}

// broken tries configurations that are wrong around their secrets.
func (c *cage) broken() {
	was, err := os.ReadFile(filepath.Join(c.dir, "config.toml"))
	if err != nil {
		c.Fatal(err)
	}
	for _, swap := range [][2]string{
		{`"Bearer c4nary-header"`, `"Bearer c4nary-header`},
		{`"Bearer c4nary-header"`, `["Bearer c4nary-header"]`},
		{`X-Api-Key = "c4nary-key"`, `X-Api-Key = "c4nary-key\u0001"`},
		{`X-Api-Key = "c4nary-key"`, `Host = "c4nary-key"`},
		{`?token=c4nary-query`, `?token=c4nary-query#c4nary`},
		{`{ file = "DIR/token", prefix = "Bearer " }`, `"c4nary"`},
		{`{ env = "VARIABLE" }`, `{ env = "VARIABLE", value = "c4nary" }`},
		{`retry = []`, `retry = []` + "\n" + `password = "c4nary"`},
	} {
		for i := range swap {
			swap[i] = strings.ReplaceAll(swap[i], "DIR", c.dir)
		}
		text := strings.Replace(string(was), swap[0], swap[1], 1)
		if text == string(was) {
			c.Errorf("%s is not in the configuration", swap[0])
		}
		c.write("config.toml", text)
		c.all("status\nconfig check\nconfig show\nsend --wait 0 EVENTS\nflush --wait 0\ndoctor --offline\nintegration set plain --title x\nmetrics")
	}
	// A server that is not there takes its time.
	c.write("config.toml", string(was)+"[store]\nengine = \"nats\"\nurl = \"nats://c4nary@127.0.0.1:1,tls://c4nary:c4nary@127.0.0.1:1\"\ncredentials = { file = \""+c.dir+"/token\" }\n")
	c.all("config check\nconfig show")
	c.terse()
	c.all("status --log-level trace\ndoctor --offline --json")
	c.write("config.toml", string(was))
	c.talkative()
}

// damage overwrites the start of a file.
func (c *cage) damage(name string) {
	f, err := os.OpenFile(filepath.Join(c.dir, name), os.O_WRONLY, 0)
	if err != nil {
		c.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, 64<<10), 0); err != nil {
		c.Fatal(err)
	}
	if err := f.Close(); err != nil {
		c.Fatal(err)
	}
}
