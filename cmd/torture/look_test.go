//go:build unix

package torture

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/wnotify/wnotify/dispatch/receiver"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// look completes the history: what the collectors have, what the store holds,
// what lies about.
func (w *world) look() {
	w.Helper()
	h := &w.history
	h.Sources, h.Requests, h.Trouble = nil, nil, nil
	for _, s := range w.sources {
		h.Sources = append(h.Sources, *s)
	}
	for _, name := range w.names() {
		for _, q := range w.collectors[name].Requests() {
			h.Requests = append(h.Requests, request(name, q))
		}
	}
	w.examine()
	h.Outside = changed(w.before, fingerprints(w.root, w.state))
	h.Seen["the output"] = w.output
	w.lookAtFiles()
	w.lookAtStore()
}

// request is a request as the oracle sees it.
func request(name string, q receiver.Request) Request {
	// Twice in a row this means "too large" to a large batch.
	closed := q.Fault == receiver.Reset || len(q.Body) > 64<<10 && (q.Fault == receiver.Drop || q.Fault == receiver.Cut)
	return Request{
		Integration: name, Key: q.Key(), Body: string(q.Body), Events: IDs(q.Body), Stored: q.Stored,
		Answered: q.Stored && q.Status/100 == 2 && (q.Fault == receiver.NoFault || q.Fault == receiver.Drip),
		Refused:  q.Status == 400 || q.Status == 413 || q.Status == 422 || closed,
	}
}

// ours are the files of a state folder.
var ours = regexp.MustCompile(`^(h[0-9]+|(h[0-9]+/)?host|journal\.db(\.reserve)?|LOCK\.journal|lanes/[a-z0-9=._-]+\.lock)$`)

// lookAtFiles checks names and modes in the state folder, and keeps the bytes
// for the search for secrets.
func (w *world) lookAtFiles() {
	h := &w.history
	_ = filepath.WalkDir(w.state, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // there is no state: told by the events that are missing
		}
		name, _ := filepath.Rel(w.state, path)
		info, err := e.Info()
		if err != nil {
			h.Trouble = append(h.Trouble, err.Error())
			return nil
		}
		want := fs.FileMode(0o600)
		if e.IsDir() {
			want = fs.ModeDir | 0o700
		}
		if info.Mode() != want {
			h.Trouble = append(h.Trouble, fmt.Sprintf("%s has mode %v", name, info.Mode()))
		}
		if e.IsDir() {
			return nil
		}
		if h.Settled && !ours.MatchString(name) && !w.unborn(name) {
			h.Trouble = append(h.Trouble, "the file "+name+" was left behind")
		}
		if h.Seen[name], err = os.ReadFile(path); err != nil {
			h.Trouble = append(h.Trouble, err.Error())
		}
		return nil
	})
}

// unborn reports whether a file is left of making a journal that there is not, or
// the name of a host: whoever uses it next removes it.
func (w *world) unborn(name string) bool {
	if strings.HasPrefix(filepath.Base(name), ".host-") && w.nats != nil {
		return true
	}
	_, err := os.Lstat(filepath.Join(w.state, "journal.db"))
	return errors.Is(err, fs.ErrNotExist) && strings.HasPrefix(name, "journal.db.new.")
}

// lookAtStore checks the store and lists its events.
func (w *world) lookAtStore() {
	h := &w.history
	h.Queues = map[string]Queue{}
	s, trouble := w.openStore()
	defer s.Close()
	h.Trouble = append(h.Trouble, trouble...)
	lanes, err := s.Lanes(w.Context())
	if err != nil {
		h.Trouble = append(h.Trouble, err.Error())
	}
	for _, l := range lanes {
		var q Queue
		for _, p := range l.Record.Aside {
			q.Waiting = append(q.Waiting, w.read(s, l.Name, p.First, p.Last)...)
		}
		q.Waiting = append(q.Waiting, w.read(s, l.Name, l.Record.Through+1, l.Next-1)...)
		for letter, err := range s.Letters(w.Context(), l.Name) {
			if err != nil {
				h.Trouble = append(h.Trouble, err.Error())
				break
			}
			q.Dead = append(q.Dead, IDs(letter.Data)...)
		}
		h.Queues[l.Name] = q
	}
}

// openStore opens the queue and says what is wrong with it.
func (w *world) openStore() (store.Store, []string) {
	w.Helper()
	if w.nats != nil {
		return w.nats.open(w, "the oracle"), nil
	}
	s, err := bolt.Open(w.state, bolt.Options{})
	w.check(err)
	trouble, err := s.Check(w.Context())
	if err != nil {
		trouble = append(trouble, err.Error())
	}
	return s, trouble
}

// read lists the events of a lane with these numbers.
func (w *world) read(s store.Store, lane string, first, last uint64) []ID {
	var ids []ID
	for first <= last {
		runs, err := s.Read(w.Context(), lane, first, store.Limit{Events: int(last - first + 1)})
		if err != nil {
			w.history.Trouble = append(w.history.Trouble, err.Error())
		}
		if len(runs) == 0 {
			return ids
		}
		for _, r := range runs {
			if r.First > last {
				return ids
			}
			ids = append(ids, IDs(r.Data)...)
			first = r.First + uint64(r.Count)
		}
	}
	return ids
}

// fingerprints describes every file below root, but for a folder that may
// change.
func fingerprints(root, except string) map[string]string {
	prints := map[string]string{}
	_ = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // it is missing in the list, which is the news
		}
		if path == except {
			return filepath.SkipDir
		}
		info, err := e.Info()
		if err != nil {
			return nil //nolint:nilerr // as above
		}
		text := info.Mode().String()
		if e.Type().IsRegular() {
			data, _ := os.ReadFile(path)
			sum := sha256.Sum256(data)
			text += " " + hex.EncodeToString(sum[:])
		}
		prints[path] = text
		return nil
	})
	return prints
}

// changed tells how files differ.
func changed(before, after map[string]string) map[string]string {
	found := map[string]string{}
	for path, sum := range after {
		switch was, ok := before[path]; {
		case !ok:
			found[path] = "is new"
		case was != sum:
			found[path] = "has changed"
		}
	}
	for path := range before {
		if _, ok := after[path]; !ok {
			found[path] = "is gone"
		}
	}
	return found
}

// copyTree copies a folder of plain files.
func (w *world) copyTree(from, to string) {
	w.Helper()
	w.check(os.RemoveAll(to))
	w.check(os.CopyFS(to, os.DirFS(from)))
	w.check(filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	}))
}

// failures are the sentences of a text that say what went wrong, for messages.
func failures(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[:min(len(lines), 5)], "\n")
}
