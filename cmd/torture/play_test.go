package torture

import (
	"context"
	"fmt"
	"os"

	"github.com/wnotify/wnotify/store/bolt"
)

// play is what the test binary does as another process than the program.
func play(name string, args []string) int {
	if err := act(context.Background(), name, args); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func act(ctx context.Context, name string, args []string) error {
	s, err := bolt.Open(args[0], bolt.Options{})
	if err != nil {
		return err
	}
	switch name {
	case "compact":
		err = s.Compact(ctx, true)
	case "salvage":
		_, err = s.Salvage(ctx)
	default:
		err = fmt.Errorf("nobody plays %s %q", name, args)
	}
	if err != nil {
		return err
	}
	return s.Close()
}

// other lets the test binary be another process that plays a role with the
// state.
func (w *world) other(name string, via ...string) result {
	w.Helper()
	exe, err := os.Executable()
	w.check(err)
	return w.run(command{name: name, args: []string{w.state}, via: via, program: exe, env: []string{role + "=" + name}})
}
