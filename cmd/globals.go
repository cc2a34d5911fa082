package cmd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/rs/zerolog"
	"github.com/spf13/pflag"

	"github.com/wnotify/wnotify/cmd/ui"
)

// globals are the flags that every command has. Each is also an environment
// variable, WNOTIFY_ and its name in capitals; a flag wins.
type globals struct {
	config  string
	state   string
	output  string
	quiet   bool
	verbose bool
	color   string
	level   string
	format  string
	noInput bool

	settled bool
	early   bool // JSON, as far as can be seen before parsing
}

func (g *globals) register(f *pflag.FlagSet) {
	f.SortFlags = false
	f.StringVarP(&g.config, "config", "c", "", "`FILE`: the configuration")
	f.StringVar(&g.state, "state", "", "`FOLDER`: where the queue is")
	f.StringVarP(&g.output, "output", "o", "text", "`FORM`: print results as text or json")
	f.VarPF((*jsonFlag)(&g.output), "json", "", "the same as -o json").NoOptDefVal = "true"
	f.BoolVarP(&g.quiet, "quiet", "q", false, "print errors only")
	f.BoolVarP(&g.verbose, "verbose", "v", false, "print more of what is done")
	f.StringVar(&g.color, "color", "auto", "`WHEN`: colours; auto, always or never")
	f.StringVar(&g.level, "log-level", "warn", "`LEVEL`: log from trace, debug, info, warn or error on, or off")
	f.StringVar(&g.format, "log-format", "auto", "`FORM`: log as auto, console or json")
	f.BoolVar(&g.noInput, "no-input", false, "never ask, whatever the terminal")
	f.BoolP("help", "h", false, "explain the command")
}

// json reports whether results are printed as JSON.
func (g *globals) json() bool {
	if !g.settled {
		return g.early
	}
	return g.output == "json"
}

// jsonFlag is the output format as a yes or no.
type jsonFlag string

func (j *jsonFlag) String() string { return strconv.FormatBool(*j == "json") }
func (j *jsonFlag) Type() string   { return "bool" }

func (j *jsonFlag) Set(text string) error {
	yes, err := strconv.ParseBool(text)
	if err != nil {
		return err
	}
	*j = "text"
	if yes {
		*j = "json"
	}
	return nil
}

// preview finds out whether results are wanted as JSON before anything is
// parsed, so that an error of parsing can be told in the same form.
func (g *globals) preview(env Env) {
	yes, err := strconv.ParseBool(env.Getenv("WNOTIFY_JSON"))
	g.early = env.Getenv("WNOTIFY_OUTPUT") == "json" || err == nil && yes
	for i, arg := range env.Args {
		if arg == "--" {
			break
		}
		next := ""
		if i+1 < len(env.Args) {
			next = env.Args[i+1]
		}
		switch {
		case arg == "--json", arg == "-ojson", arg == "-o=json", arg == "--output=json":
			g.early = true
		case (arg == "-o" || arg == "--output") && next == "json":
			g.early = true
		}
	}
}

// rivals are flags of which the one that is typed silences the variable of the
// other.
var rivals = map[string]string{"output": "json", "json": "output", "quiet": "verbose", "verbose": "quiet"}

// apart are flags that no variable stands for, or that places looks up: what
// decided is told.
var apart = map[string]bool{"help": true, "config": true, "state": true}

// settle takes what no flag says from the environment and refuses what makes
// no sense.
func (g *globals) settle(f *pflag.FlagSet, getenv func(string) string) error {
	typed := map[string]bool{}
	f.VisitAll(func(flag *pflag.Flag) { typed[flag.Name] = flag.Changed })
	var bad error
	f.VisitAll(func(flag *pflag.Flag) {
		name := variable(flag.Name)
		value := getenv(name)
		if bad != nil || value == "" || apart[flag.Name] || typed[flag.Name] || typed[rivals[flag.Name]] {
			return
		}
		if f.Set(flag.Name, value) != nil {
			bad = usagef("%s=%s: it must be %s", name, value, wanted(flag))
		}
	})
	if bad != nil {
		return bad
	}
	return g.validate(f, getenv)
}

// choices of the flags that have some.
var choices = map[string][]string{
	"output":     {"text", "json"},
	"color":      {"auto", "always", "never"},
	"log-level":  {"trace", "debug", "info", "warn", "error", "off"},
	"log-format": {"auto", "console", "json"},
}

func (g *globals) validate(f *pflag.FlagSet, getenv func(string) string) error {
	if g.quiet && g.verbose {
		return usagef("--quiet and --verbose exclude each other")
	}
	for _, name := range []string{"output", "color", "log-level", "log-format"} {
		flag := f.Lookup(name)
		if value := flag.Value.String(); !slices.Contains(choices[name], value) {
			return usagef("--%s %s (or %s): it must be %s", name, value, variable(name), wanted(flag))
		}
	}
	for _, name := range []string{"config", "state"} {
		flag := f.Lookup(name)
		switch value := flag.Value.String(); {
		case flag.Changed && value == "":
			return usagef("--%s is empty; leave it out for the usual place", name)
		case value == "-", value == "" && getenv(variable(name)) == "-":
			return usagef("--%s - makes no sense: it must be a path", name)
		}
	}
	g.settled = true
	return nil
}

// variable is the environment variable of a global flag.
func variable(flag string) string {
	return "WNOTIFY_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func wanted(flag *pflag.Flag) string {
	if c, ok := choices[flag.Name]; ok {
		return strings.Join(c[:len(c)-1], ", ") + " or " + c[len(c)-1]
	}
	if flag.Value.Type() == "bool" {
		return "true or false"
	}
	return "a " + flag.Value.Type()
}

// logLevel is the level asked for; -v and -q move the default only.
func (g *globals) logLevel(asked bool) zerolog.Level {
	switch {
	case !asked && g.verbose:
		return zerolog.InfoLevel
	case !asked && g.quiet:
		return zerolog.ErrorLevel
	case g.level == "off":
		return zerolog.Disabled
	}
	level, err := zerolog.ParseLevel(g.level)
	if err != nil { // validate let it through: a word of ours that zerolog lacks
		return zerolog.WarnLevel
	}
	return level
}

// logger writes to stderr: for people on a terminal, JSON lines otherwise.
func (a *app) logger(asked bool) zerolog.Logger {
	console := a.flags.format == "console" || a.flags.format == "auto" && a.err.Terminal
	logger := zerolog.New(a.err)
	if console {
		logger = zerolog.New(zerolog.ConsoleWriter{Out: a.err, NoColor: !a.err.Color, TimeFormat: "15:04:05"})
	}
	return logger.Level(a.flags.logLevel(asked)).Hook(zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) {
		e.Time(zerolog.TimestampFieldName, a.env.Now().UTC())
	}))
}

// prepare settles the global flags; every command begins with it.
func (a *app) prepare(f *pflag.FlagSet) error {
	asked := f.Changed("log-level") || a.env.Getenv("WNOTIFY_LOG_LEVEL") != ""
	if err := a.flags.settle(f, a.env.Getenv); err != nil {
		return err
	}
	mode, err := ui.ParseColorMode(a.flags.color)
	if err != nil {
		return fmt.Errorf("--color: %w", err)
	}
	a.out.SetColor(mode, a.env.Getenv)
	a.err.SetColor(mode, a.env.Getenv)
	a.log = a.logger(asked)
	return nil
}
