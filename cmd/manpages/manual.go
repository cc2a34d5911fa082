package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wnotify/wnotify/cmd"
)

// manual is the set of pages of one version: file names and contents.
type manual map[string][]byte

// date is what a page says below, for seconds since 1970; empty for nothing.
func date(epoch string) (string, error) {
	if epoch == "" {
		return "", nil
	}
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return "", fmt.Errorf("SOURCE_DATE_EPOCH is no number of seconds: %w", err)
	}
	return time.Unix(seconds, 0).UTC().Format(time.DateOnly), nil
}

// newManual makes all pages.
func newManual(day string) manual {
	m := manual{}
	var topics []string
	for name, text := range cmd.Topics() {
		topics = append(topics, "wnotify-"+name+".7")
		m["wnotify-"+name+".7"] = topic("wnotify-"+name, text, day)
	}
	m.add(cmd.CommandLine(), topics, day)
	return m
}

// add makes the page of a command and of those below it.
func (m manual) add(c *cobra.Command, topics []string, day string) {
	m[file(c)] = command(c, topics, day)
	for _, sub := range below(c) {
		m.add(sub, topics, day)
	}
}

// below are the commands under a command that people see.
func below(c *cobra.Command) []*cobra.Command {
	return slices.DeleteFunc(slices.Clone(c.Commands()), func(sub *cobra.Command) bool { return !sub.IsAvailableCommand() })
}

// write puts the pages into a folder, readable for everybody.
func (m manual) write(dir string) error {
	err := os.MkdirAll(dir, 0o755) //nolint:gosec // a manual is for everybody
	for name, text := range m {
		err = errors.Join(err, os.WriteFile(filepath.Join(dir, name), text, 0o644)) //nolint:gosec // as above
	}
	return err
}

// file is the name of the page of a command.
func file(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1" }

// command is the page of a command, made from its help.
func command(c *cobra.Command, topics []string, day string) []byte {
	var p page
	name := strings.TrimSuffix(file(c), ".1")
	p.heading(name, 1, day)
	p.name(name, c.Short)
	p.section("SYNOPSIS")
	p.line("B", cmd.UseLine(c))
	p.section("DESCRIPTION")
	if about := c.Long; about != "" {
		p.prose(about)
	} else {
		p.prose(c.Short + ".")
	}
	subs := below(c)
	if len(subs) > 0 {
		p.section("COMMANDS")
		for _, sub := range subs {
			p.item(sub.Name(), "", sub.Short)
		}
	}
	p.flags("OPTIONS", cmd.LocalFlags(c))
	if !c.HasParent() {
		p.flags("OPTIONS OF EVERY COMMAND", cmd.GlobalFlags(c))
	}
	if c.Example != "" {
		p.section("EXAMPLES")
		p.literal(c.Example)
	}
	p.see(related(c, subs, topics))
	return p.text.Bytes()
}

// flags explains flags as help does.
func (p *page) flags(title string, flags []*pflag.Flag) {
	if len(flags) == 0 {
		return
	}
	p.section(title)
	for _, f := range flags {
		name, value, about := cmd.ExplainFlag(f)
		p.item(name, value, about)
	}
}

// related are the pages above and below a command; the topics stand with the
// first of all, and the exit codes with each.
func related(c *cobra.Command, subs []*cobra.Command, topics []string) []string {
	var pages []string
	if c.HasParent() {
		pages = append(pages, file(c.Parent()))
		topics = []string{"wnotify-exit-codes.7"}
	}
	for _, sub := range subs {
		pages = append(pages, file(sub))
	}
	return append(pages, topics...)
}

// topic is a page of section 7: the first line is its title, the rest stands as
// `wnotify help TOPIC` prints it.
func topic(name, text, day string) []byte {
	var p page
	title, body, _ := strings.Cut(text, "\n")
	p.heading(name, 7, day)
	p.name(name, strings.ToLower(title)+" of wnotify")
	p.section("DESCRIPTION")
	p.literal(body)
	p.see([]string{"wnotify.1"})
	return p.text.Bytes()
}
