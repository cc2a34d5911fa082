package cmd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/wnotify/wnotify/cmd/ui"
)

// question is what must be confirmed before something is lost.
type question struct {
	what  string // that needs it, as "deleting siem"
	ask   string // with a question mark
	facts []string
	fix   string // how to do it without a terminal
}

// confirm asks a question on a terminal, and takes everything but yes for no.
// Where nobody can be asked it is a usage error and nothing happens.
func (a *app) confirm(ctx context.Context, yes bool, q question) error {
	if yes {
		return nil
	}
	if a.flags.noInput || !a.err.Terminal || !ui.IsTerminal(a.env.Stdin) {
		why := "there is no terminal"
		if a.flags.noInput {
			why = "--no-input forbids to ask"
		}
		return &usageError{what: q.what + " needs a confirmation, but " + why, hint: strings.Join(q.facts, "\n"), fix: q.fix}
	}
	for _, fact := range q.facts {
		fmt.Fprintln(a.err, fact)
	}
	fmt.Fprintf(a.err, "%s [y/N] ", q.ask)
	answer, err := a.readLine(ctx)
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return errors.New("not confirmed; nothing was changed")
}

// readLine reads one line of stdin.
func (a *app) readLine(ctx context.Context) (string, error) {
	return interruptible(ctx, func() (string, error) {
		text, err := bufio.NewReader(a.env.Stdin).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil // no answer is an answer
		}
		return text, err
	})
}

// readInput reads stdin to its end.
func (a *app) readInput(ctx context.Context) ([]byte, error) {
	return interruptible(ctx, func() ([]byte, error) {
		text, err := io.ReadAll(a.env.Stdin)
		if err != nil {
			err = &failure{code: exitNoInput, err: err, where: "standard input"}
		}
		return text, err
	})
}

// interruptible waits for read, or for a signal. A read that nothing ends stays
// behind until the process ends.
func interruptible[T any](ctx context.Context, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
