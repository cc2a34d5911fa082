package cmd

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

func (a *app) configEdit() *cobra.Command {
	return &cobra.Command{
		Use:   "edit",
		Short: "Edit the configuration; a wrong one is not saved",
		Long: `Edit a copy of the configuration with $VISUAL or $EDITOR (vi if neither is set).
It takes the place of the file only when it is right; otherwise its problems are
shown, and the copy is kept.`,
		Example: "  EDITOR=nano wnotify config edit",
		Args:    none,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.editConfig(c.Context())
		},
	}
}

func (a *app) editConfig(ctx context.Context) error {
	path := a.places().Config
	before, err := os.ReadFile(path)
	if isMissing(err) {
		return noConfig(path)
	}
	if err != nil {
		return &config.ReadError{Path: path, Err: err}
	}
	scratch, err := os.MkdirTemp("", "wnotify-edit-")
	if err != nil {
		return err
	}
	draft := filepath.Join(scratch, filepath.Base(path))
	if err := os.WriteFile(draft, before, 0o600); err != nil {
		return err
	}
	text, err := a.editUntilRight(ctx, draft)
	if err != nil {
		return &failure{code: diagnose(err).Code, err: err, where: draft, fix: "your changes are kept in " + draft}
	}
	changed := !bytes.Equal(text, before)
	if changed {
		if err := config.Swap(ctx, path, before, text); err != nil {
			return &failure{code: diagnose(err).Code, err: err, where: path, fix: "your changes are kept in " + draft}
		}
	}
	if err := os.RemoveAll(scratch); err != nil {
		return err
	}
	if a.flags.json() {
		return ui.JSON(a.out, struct {
			Changed bool `json:"changed"`
		}{changed})
	}
	if changed {
		a.sayf("saved %s", path)
	} else {
		a.sayf("nothing was changed")
	}
	return nil
}

// editUntilRight runs the editor until the file is right, or nobody wants to go
// on.
func (a *app) editUntilRight(ctx context.Context, draft string) ([]byte, error) {
	for {
		if err := a.runEditor(ctx, draft); err != nil {
			return nil, err
		}
		text, err := os.ReadFile(draft)
		if err != nil {
			return nil, err
		}
		_, err = config.Decode(text, draft)
		if err == nil {
			return text, nil
		}
		q := question{what: "editing again", ask: "Edit it again?", facts: strings.Split(err.Error(), "\n")}
		if a.confirm(ctx, false, q) != nil {
			return nil, err
		}
	}
}

// runEditor runs the user's editor, which may be a command with arguments, on
// the streams of this process.
func (a *app) runEditor(ctx context.Context, path string) error {
	editor := cmp.Or(a.env.Getenv("VISUAL"), a.env.Getenv("EDITOR"), "vi")
	c := exec.CommandContext(ctx, "/bin/sh", "-c", editor+` "$1"`, "sh", path) //nolint:gosec // it is the user's own command
	c.Stdin, c.Stdout, c.Stderr = a.env.Stdin, a.env.Stdout, a.env.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("the editor %s failed: %w", editor, err)
	}
	return nil
}
