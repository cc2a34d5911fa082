package cmd

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// pictured are the acts of the demo in the README's picture.
var pictured = []string{"The collector goes down", "It comes back", "Was it all true?"}

// The picture of the README is what the demo prints on a terminal. Times and
// ports differ from run to run, and slow machines retry once more; its commands
// and claims do not. With UPDATE=1 the picture is drawn anew.
func TestPictureShowsTheDemoOfToday(t *testing.T) {
	t.Parallel() // it waits a lot, as the scripts do
	lines := acts(screen(demoOnTerminal(t)))
	file := filepath.Join("..", ".github", "demo.svg")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, picture("wnotify demo", lines), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	svg, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	got, want := steady(drawn(svg)), steady(texts(lines))
	if !slices.Equal(got, want) {
		t.Errorf("%s is not the demo of today; UPDATE=1 go test ./cmd -run TestPicture\n%s\n\nis now\n\n%s",
			file, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// demoOnTerminal is what a terminal of 80 columns gets.
func demoOnTerminal(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("wnotify") // the test binary, by the name that makes it the program
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs, err := openTerminal()
	if err != nil {
		t.Skip(err)
	}
	defer ours.Close()
	c := exec.CommandContext(t.Context(), path, "demo")
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "LANG=C.UTF-8", "TERM=xterm", "GORACE=" + goRace()}
	c.Stdin, c.Stdout, c.Stderr = theirs, theirs, theirs
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	var seen bytes.Buffer
	if _, err := io.Copy(&seen, ours); err != nil && !errors.Is(err, syscall.EIO) {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, seen.String())
	}
	return seen.String()
}

// acts are the lines of the acts in the picture, with a line between them.
func acts(lines []styled) []styled {
	var chosen []styled
	show := false
	for _, line := range lines {
		if title, ok := strings.CutPrefix(line.text(), "── "); ok {
			show = slices.ContainsFunc(pictured, func(act string) bool { return strings.HasPrefix(title, act) })
			if show && len(chosen) > 0 && chosen[len(chosen)-1].text() != "" {
				chosen = append(chosen, nil)
			}
		}
		if strings.HasPrefix(line.text(), "Now with a collector") {
			break
		}
		if show {
			chosen = append(chosen, line)
		}
	}
	for len(chosen) > 0 && chosen[len(chosen)-1].text() == "" {
		chosen = chosen[:len(chosen)-1]
	}
	return chosen
}

// steady are the lines that every run prints alike.
func steady(lines []string) []string {
	alike := regexp.MustCompile(`^(── |\$ wnotify|ok |FAILED|\d+ events read)`)
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return !alike.MatchString(line) })
}
