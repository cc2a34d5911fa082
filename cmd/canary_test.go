package cmd

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// canary is in every secret of the canary test, and in nothing else.
const canary = "c4nary"

// cage is a machine full of secrets: in the configuration, in files, in the
// environment, in credentials, in a private key. It runs commands on it and
// looks for the secrets in whatever they print and leave behind.
type cage struct {
	*testing.T

	dir       string
	variables map[string]string
	forms     [][]string // flags that change how things are told
	traces    []string   // what nothing may contain, in lower case
	ran       map[string]bool

	plain, hidden *receiver.Receiver
}

func newCage(t *testing.T) *cage {
	t.Helper()
	c := &cage{T: t, dir: t.TempDir(), ran: map[string]bool{}}
	c.plain, c.hidden = c.collector("plain"), c.collector("hidden")
	c.traces = append(c.traces, canary)
	for shift := range 3 { // what any three alignments of base64 make of it
		text := strings.Repeat("-", shift) + canary
		for _, coding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			b := coding.EncodeToString([]byte(text))
			c.traces = append(c.traces, strings.ToLower(b[(shift*8+5)/6:len(text)*8/6]))
		}
	}
	c.fill()
	return c
}

// collector starts one that wants a client certificate. Each knows the secrets
// of one integration only.
func (c *cage) collector(name string) *receiver.Receiver {
	c.Helper()
	r, err := receiver.New(receiver.Options{TLS: true, ClientCert: true})
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { _ = r.Close() })
	cert, key, err := r.ClientPair()
	if err != nil {
		c.Fatal(err)
	}
	c.write(name+".ca", string(r.CA()))
	c.write(name+".cert", string(cert))
	c.write(name+".key", string(key))
	for line := range strings.Lines(string(key)) {
		if line = strings.TrimSpace(line); len(line) > 20 && !strings.Contains(line, "-----") {
			c.traces = append(c.traces, strings.ToLower(line[:20]))
		}
	}
	return r
}

// write makes a file beside the configuration, for its owner only.
func (c *cage) write(name, text string) {
	c.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		c.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.Fatal(err)
	}
}

// behave makes both collectors behave alike. Each says every secret that it was
// told, plain and encoded.
func (c *cage) behave(b receiver.Behaviour) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("c4nary-user:c4nary-password"))
	for r, told := range map[*receiver.Receiver][]string{
		c.plain:  {"Bearer c4nary-header", "c4nary-key", basic, "/in?token=c4nary-query", "c4nary-user:c4nary-password"},
		c.hidden: {"Bearer c4nary-file", "c4nary-variable", "c4nary-credential", "/c4nary-path/hook?k=c4nary-hidden"},
	} {
		var echo strings.Builder
		for _, s := range told {
			fmt.Fprintf(&echo, "%s or %s\n", s, url.QueryEscape(s))
		}
		b.Body = echo.String()
		if b.Location != "" {
			b.Location = "https://h.example" + told[len(told)-2]
		}
		r.Behave(b)
	}
}

// run runs a command in every form. Where a word is in capitals, it is the name
// of a file of the cage.
func (c *cage) run(line string) {
	c.Helper()
	args := strings.Fields(line)
	for i, word := range args {
		if word == strings.ToUpper(word) && strings.ContainsAny(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") && !strings.HasPrefix(word, "-") {
			args[i] = filepath.Join(c.dir, strings.ToLower(word))
		}
	}
	for _, form := range c.forms {
		c.once(append(append([]string{}, args...), form...))
	}
}

func (c *cage) once(args []string) {
	c.Helper()
	ctx, cancel := context.WithTimeout(c.Context(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	env := Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Now: time.Now,
		Getenv: func(name string) string { return c.variables[name] },
	}
	a := newApp(env)
	a.flags.preview(env)
	a.report(a.guard(func() error { return a.run(ctx) }))
	if at, _, err := a.root().Find(args); err == nil {
		c.ran[at.CommandPath()] = true
	}
	c.search(fmt.Sprintf("the output of wnotify %s", strings.Join(args, " ")), out.Bytes())
}

// search looks for secrets.
func (c *cage) search(where string, text []byte) {
	c.Helper()
	folded := strings.ToLower(string(text))
	for _, trace := range c.traces {
		if i := strings.Index(folded, trace); i >= 0 {
			c.Errorf("a secret is in %s: …%q", where, text[max(0, i-60):min(len(text), i+60)])
			return
		}
	}
}

// left searches all that was left behind in a folder.
func (c *cage) left(name string) {
	c.Helper()
	files := 0
	err := filepath.WalkDir(filepath.Join(c.dir, name), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		files++
		c.search(path, text)
		return err
	})
	if err != nil || files == 0 {
		c.Errorf("%d files of %s were searched: %v", files, name, err)
	}
}

// TestNoCommandShowsASecret runs every command, in every form and in many kinds
// of trouble, on a machine full of secrets.
func TestNoCommandShowsASecret(t *testing.T) {
	t.Parallel() // it waits a lot, as the scripts do
	c := newCage(t)
	for _, step := range c.story() {
		step()
		if t.Failed() {
			return // the rest would say the same
		}
	}
	c.left("state")
	c.left("out")
	exempt := map[string]string{
		"wnotify demo":   "it has a configuration and a collector of its own",
		"wnotify listen": "it ends with a signal; listen.txtar searches what it prints",
	}
	var walk func(*cobra.Command)
	walk = func(at *cobra.Command) {
		if at.Runnable() && !at.HasSubCommands() && !c.ran[at.CommandPath()] && exempt[at.CommandPath()] == "" {
			t.Errorf("%s was not run: add it to the story", at.CommandPath())
		}
		for _, sub := range at.Commands() {
			walk(sub)
		}
	}
	walk(newApp(Env{Getenv: func(string) string { return "" }}).root())
}
