package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// noon is when all tests happen.
var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// result is what a run left behind.
type result struct {
	code           int
	stdout, stderr string
}

// run runs a command line in this process, without a terminal, with env as its
// only environment.
func run(t *testing.T, env map[string]string, args ...string) result {
	t.Helper()
	return runInput(t, env, "", args...)
}

func runInput(t *testing.T, env map[string]string, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := Main(Env{
		Args: args, Stdin: strings.NewReader(stdin), Stdout: &stdout, Stderr: &stderr,
		Getenv: func(name string) string { return env[name] },
		Now:    func() time.Time { return noon },
		Exit:   func(code int) { t.Errorf("Exit(%d) was called", code) },
	})
	return result{code, stdout.String(), stderr.String()}
}

func TestUsageErrorsSayWhatWasMeant(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		env  map[string]string
		want []string
	}{
		"unknown command":        {[]string{"verson"}, nil, []string{`no command "verson"`, "did you mean wnotify version?"}},
		"unknown flag":           {[]string{"version", "--verbos"}, nil, []string{"no flag --verbos", "did you mean --verbose?"}},
		"unknown short flag":     {[]string{"version", "-Z"}, nil, []string{"no flag -Z"}},
		"a value is missing":     {[]string{"version", "--state"}, nil, []string{"--state needs a value"}},
		"a wrong value":          {[]string{"version", "--quiet=perhaps"}, nil, []string{"--quiet", "it must be true or false"}},
		"a wrong choice":         {[]string{"version", "-o", "xml"}, nil, []string{"text or json"}},
		"a wrong variable":       {[]string{"version"}, map[string]string{"WNOTIFY_LOG_LEVEL": "loud"}, []string{"WNOTIFY_LOG_LEVEL", "trace, debug, info, warn, error or off"}},
		"a wrong yes or no":      {[]string{"version"}, map[string]string{"WNOTIFY_QUIET": "maybe"}, []string{"WNOTIFY_QUIET=maybe"}},
		"quiet and verbose":      {[]string{"version", "-q", "-v"}, nil, []string{"exclude each other"}},
		"an empty path":          {[]string{"version", "--config", ""}, nil, []string{"--config is empty"}},
		"a dash for a path":      {[]string{"version", "--state", "-"}, nil, []string{"must be a path"}},
		"an argument too many":   {[]string{"version", "please"}, nil, []string{`unexpected argument "please"`}},
		"an unknown topic":       {[]string{"help", "exit-code"}, nil, []string{"did you mean exit-codes?"}},
		"an unknown shell":       {[]string{"completion", "bsh"}, nil, []string{"did you mean bash?"}},
		"an argument is missing": {[]string{"completion"}, nil, []string{"SHELL is missing"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, tt.env, tt.args...)
			if got.code != exitUsage || got.stdout != "" {
				t.Errorf("code %d, stdout %q", got.code, got.stdout)
			}
			for _, want := range append(tt.want, "usage: wnotify", "--help") {
				if !strings.Contains(got.stderr, want) {
					t.Errorf("stderr lacks %q:\n%s", want, got.stderr)
				}
			}
		})
	}
}

func TestFailuresAsJSON(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		env  map[string]string
	}{
		"-o json":                    {[]string{"version", "x", "-o", "json"}, nil},
		"before the flag was parsed": {[]string{"version", "--bogus", "--json"}, nil},
		"by variable":                {[]string{"version", "--bogus"}, map[string]string{"WNOTIFY_OUTPUT": "json"}},
		"by the other variable":      {[]string{"version", "x"}, map[string]string{"WNOTIFY_JSON": "1"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, tt.env, tt.args...)
			all := strings.Split(strings.TrimSuffix(got.stderr, "\n"), "\n")
			var last struct {
				Schema int       `json:"schema"`
				Error  diagnosis `json:"error"`
			}
			if err := json.Unmarshal([]byte(all[len(all)-1]), &last); err != nil {
				t.Fatalf("the last line is not JSON: %v\n%s", err, got.stderr)
			}
			if last.Schema != 1 || last.Error.Code != 64 || last.Error.Name != "usage" || last.Error.Where != "wnotify version" || last.Error.Message == "" || last.Error.Fix == "" {
				t.Errorf("got %+v", last)
			}
		})
	}
}

func TestTypedFlagsWinOverTheEnvironment(t *testing.T) {
	for name, tt := range map[string]struct {
		args []string
		env  map[string]string
		json bool
	}{
		"nothing":                  {nil, nil, false},
		"the flag":                 {[]string{"-o", "json"}, nil, true},
		"the short one":            {[]string{"--json"}, nil, true},
		"the variable":             {nil, map[string]string{"WNOTIFY_OUTPUT": "json"}, true},
		"flag over variable":       {[]string{"-o", "text"}, map[string]string{"WNOTIFY_OUTPUT": "json"}, false},
		"flag over its alias":      {[]string{"-o", "text"}, map[string]string{"WNOTIFY_JSON": "1"}, false},
		"the last of two":          {[]string{"--json", "-o", "text"}, nil, false},
		"verbose over quiet":       {[]string{"-v", "--json"}, map[string]string{"WNOTIFY_QUIET": "1"}, true},
		"an empty one is no value": {nil, map[string]string{"WNOTIFY_OUTPUT": "", "WNOTIFY_COLOR": ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, tt.env, append([]string{"version"}, tt.args...)...)
			if got.code != 0 || got.stderr != "" {
				t.Fatalf("code %d, stderr %s", got.code, got.stderr)
			}
			if isJSON := strings.HasPrefix(got.stdout, `{"schema":1,"version":`); isJSON != tt.json {
				t.Errorf("got %s", got.stdout)
			}
		})
	}
}

func TestPanicIsAnInternalErrorInOneSentence(t *testing.T) {
	for level, stack := range map[string]bool{"warn": false, "trace": true} {
		var stdout, stderr bytes.Buffer
		a := newApp(Env{
			Args: []string{"version", "--log-level", level}, Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr,
			Getenv: func(string) string { return "" }, Now: func() time.Time { panic("the clock broke") },
		})
		err := a.guard(func() error {
			if err := a.prepare(a.root().PersistentFlags()); err != nil {
				return err
			}
			a.flags.level = level
			a.log = a.logger(true)
			a.env.Now()
			return nil
		})
		if code := a.report(err); code != exitInternal {
			t.Errorf("code %d", code)
		}
		text := stderr.String()
		if !strings.Contains(text, "report it") || !strings.Contains(text, "the clock broke") {
			t.Errorf("stderr %s", text)
		}
		if got := strings.Contains(text, "goroutine "); got != stack {
			t.Errorf("level %s: a stack is shown: %v\n%s", level, got, text)
		}
	}
}

func TestStoppedRunsSayBySignalAndKeepOtherErrors(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(&StoppedError{Signal: 15})
	if got := explainStop(ctx, nil); got != nil {
		t.Errorf("a run that ended well: %v", got)
	}
	err := explainStop(ctx, context.Canceled)
	if d := diagnose(single(err)[0]); len(single(err)) != 1 || d.Code != 143 || d.Name != "terminated" {
		t.Errorf("got %+v of %v", d, single(err))
	}
}
