package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/receiver"
)

// stage is where the demo is played: a temporary folder, and a collector.
type stage struct {
	a         *app
	dir       string
	told      *ui.Stream
	to        io.Writer // what told writes to
	collector *receiver.Receiver
	claims    []claim
	wanted    []string // the events that must have arrived, in this order
}

func newStage(a *app, to io.Writer) (*stage, error) {
	dir, err := os.MkdirTemp("", "wnotify-demo-")
	if err != nil {
		return nil, &failure{code: exitCannotCreate, err: err, where: os.TempDir(), fix: "set TMPDIR to a folder that you may write"}
	}
	s := &stage{a: a, dir: dir, to: to, told: ui.NewStream(to, a.env.Getenv)}
	s.told.Color = a.out.Color && s.told.Terminal
	s.collector, err = receiver.New(receiver.Options{TLS: true})
	if err == nil {
		err = os.WriteFile(s.path("ca.pem"), s.collector.CA(), 0o600)
	}
	if err != nil {
		return nil, errors.Join(err, s.clear())
	}
	return s, nil
}

// clear leaves nothing behind.
func (s *stage) clear() error {
	var err error
	if s.collector != nil {
		err = s.collector.Close()
	}
	return errors.Join(err, os.RemoveAll(s.dir))
}

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }

func (s *stage) title(text string) {
	fmt.Fprintf(s.told, "\n%s\n", s.told.Paint(ui.Bold, "── "+text+" "+strings.Repeat("─", max(0, helpWidth-5-len([]rune(text))))))
}

func (s *stage) sayf(format string, args ...any) { fmt.Fprintf(s.told, format+"\n", args...) }

// claim notes what was shown, and whether it was so.
func (s *stage) claim(ok bool, format string, args ...any) {
	s.claims = append(s.claims, claim{fmt.Sprintf(format, args...), ok})
}

// run shows a command and runs it; input is its stdin, which the command line
// calls by a name. It must end with a code.
func (s *stage) run(ctx context.Context, want int, file, input string, args ...string) error {
	s.show(file, args)
	code := s.execute(ctx, s.to, strings.NewReader(input), args)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if code != 0 {
		s.sayf("%s", s.told.Paint(ui.Faint, fmt.Sprintf("(exit code %d: %s)", code, exitName(code))))
	}
	if code != want {
		s.claim(false, "%s ends with exit code %d, not %d", strings.Join(args[:min(2, len(args))], " "), want, code)
	}
	return nil
}

// ask runs a command behind the scenes and decodes what it prints.
func (s *stage) ask(ctx context.Context, result any, args ...string) error {
	var out bytes.Buffer
	if code := s.execute(ctx, &out, strings.NewReader(""), append(args, "-o", "json")); code != 0 && ctx.Err() == nil {
		return fmt.Errorf("wnotify %s ended with exit code %d: %s", strings.Join(args, " "), code, strings.TrimSpace(out.String()))
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return json.Unmarshal(out.Bytes(), result)
}

// execute is [Main] on this stage: with its configuration and queue, and
// looking as on a terminal also where there is none.
func (s *stage) execute(ctx context.Context, to io.Writer, stdin io.Reader, args []string) int {
	env := s.a.env
	env.Args, env.Stdin, env.Stdout, env.Stderr = args, stdin, to, to
	env.Getenv = s.getenv
	a := newApp(env)
	a.out.Terminal = to == s.to
	a.out.Width = min(s.told.Width, helpWidth)
	a.flags.preview(env)
	return a.report(a.guard(func() error { return a.run(ctx) }))
}

// getenv is the environment of the commands: how things look comes from
// outside, everything else from the stage.
func (s *stage) getenv(name string) string {
	switch name {
	case "WNOTIFY_CONFIG":
		return s.path("config.toml")
	case "WNOTIFY_STATE":
		return s.path("state")
	case "WNOTIFY_LOG_FORMAT":
		return "console"
	case "WNOTIFY_NO_COLOR":
		if !s.told.Color {
			return "1"
		}
	case "LANG", "LC_ALL", "LC_CTYPE", "TERM", "PATH":
		return s.a.env.Getenv(name)
	}
	return ""
}

// show prints a command as it would be typed, in lines that fit.
func (s *stage) show(file string, args []string) {
	line := "$ wnotify"
	for _, word := range append(quoted(args), redirection(file)...) {
		if len(line)+len(word) > helpWidth-3 {
			s.sayf("%s", s.told.Paint(ui.Bold, line+` \`))
			line = "   "
		}
		line += " " + word
	}
	s.sayf("%s", s.told.Paint(ui.Bold, line))
}

// quoted are words as a shell takes them; a flag keeps its value beside it.
func quoted(args []string) []string {
	var words []string
	for i, arg := range args {
		word := config.ShellQuote(arg)
		if i > 0 && strings.HasPrefix(args[i-1], "--") && !strings.HasPrefix(arg, "-") {
			words[len(words)-1] += " " + word
			continue
		}
		words = append(words, word)
	}
	return words
}

func redirection(file string) []string {
	if file == "" {
		return nil
	}
	return []string{"< " + file}
}
