//go:build bench && linux

// Command bench measures wnotify beside syslog-ng, curl and bare Go programs that
// do the least that could be done, in interleaved rounds, and prints a Markdown
// table with the targets. What it sends carries numbers, so it knows of every
// event whether it was lost or came twice.
//
//	.ci/bench [-quick] [-long] [-rounds N] [-only T1,T4] [-check] [-dir FOLDER]
//
// The unit is CPU seconds (user and system, of the sender alone) for a million
// events: on a machine that does other things it is steadier than wall time. It
// exits 1 when wnotify lost or doubled an event, or failed; with -check also when
// a target is missed; 70 when it could not measure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// settings are the flags.
type settings struct {
	rounds int
	events int // of T1
	long   bool
	check  bool
	only   string
	dir    string
}

func main() {
	ctx := context.Background()
	roles := map[string]func(context.Context, []string) error{"sink": serveSink, "bare": runBare, "events": printEvents}
	if len(os.Args) > 1 && roles[os.Args[1]] != nil {
		if err := roles[os.Args[1]](ctx, os.Args[2:]); err != nil {
			fmt.Fprintf(os.Stderr, "bench %s: %v\n", os.Args[1], err)
			os.Exit(70)
		}
		return
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	err := measureAll(ctx, parse(os.Args[1:]))
	stop()
	switch {
	case errors.Is(err, errVerdict):
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(70)
	}
}

func parse(args []string) settings {
	var s settings
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	flags.IntVar(&s.rounds, "rounds", 5, "interleaved rounds; the table shows medians")
	flags.IntVar(&s.events, "events", 1_000_000, "events of T1; the other tests scale with it")
	quick := flags.Bool("quick", false, "2 rounds of 100,000 events")
	flags.BoolVar(&s.long, "long", false, "T7 with ten times the events, too (10 million)")
	flags.BoolVar(&s.check, "check", false, "exit 1 when a target is missed")
	flags.StringVar(&s.only, "only", "T1,T2,T3,T4,T5,T6,T7,T8,syncs", "what to measure")
	flags.StringVar(&s.dir, "dir", "", "where to work, on the disk to measure (default a new folder for temporary files)")
	_ = flags.Parse(args) // it exits
	if *quick {
		s.rounds, s.events = 2, 100_000
	}
	return s
}

// wants says whether a test is among those asked for.
func (s settings) wants(test string) bool {
	for name := range strings.SplitSeq(s.only, ",") {
		if strings.EqualFold(name, test) {
			return true
		}
	}
	return false
}
