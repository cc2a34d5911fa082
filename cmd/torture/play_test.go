//go:build unix

package torture

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"github.com/wnotify/wnotify/store"
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
	switch name {
	case "unsynced":
		return writeUnsynced(args[0])
	case "natsd":
		return serveNATS(args[0], args[1], args[2:]...)
	}
	s, err := bolt.Open(args[0], bolt.Options{})
	if err != nil {
		return err
	}
	switch name {
	case "put":
		return put(ctx, s, args[1], args[2:])
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

// put accepts events for all lanes, one after the other, and says each that is
// safe.
func put(ctx context.Context, s store.Store, source string, lanes []string) error {
	var targets []store.Target
	for _, name := range lanes {
		targets = append(targets, store.Target{Lane: name})
	}
	for n := 1; ; n++ {
		_, err := s.Commit(ctx, store.Change{Blocks: []store.Block{{
			Lanes: targets, Count: 1, Data: []byte(events(source, n, 1)), Put: time.Now(),
		}}})
		if err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// writeUnsynced says lines as soon as they are written, as nobody should.
func writeUnsynced(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		if _, err := fmt.Fprintln(f, n); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// other lets the test binary be another process that plays a role with the
// state.
func (w *world) other(name string, via ...string) result {
	w.Helper()
	exe, err := os.Executable()
	w.check(err)
	return w.run(command{name: name, args: []string{w.state}, via: via, program: exe, env: []string{role + "=" + name}})
}

// writer lets another process put events without a pause, and returns how to
// end it: then what it said is acknowledged.
func (w *world) writer(source string) (end func()) {
	w.Helper()
	exe, err := os.Executable()
	w.check(err)
	p := exec.Command(exe, append([]string{w.state, source}, w.names()...)...)
	p.Env = []string{role + "=put"}
	var said bytes.Buffer
	p.Stdout = &said
	w.check(p.Start())
	return func() {
		_ = p.Process.Kill() // it may have failed
		_ = p.Wait()
		n := bytes.Count(said.Bytes(), []byte("\n"))
		w.sources[source] = &Source{Name: source, Events: n, Accepted: map[string]int{}}
		for _, name := range w.names() {
			w.sources[source].Accepted[name] = n
		}
	}
}
