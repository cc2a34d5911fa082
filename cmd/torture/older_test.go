//go:build unix

package torture

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// A newer version was here: this one touches nothing, says so with 78, and the
// newer one goes on with all that was there (B10).
func TestNewerStateIsLeftToTheNewer(t *testing.T) {
	w := newWorld(t, []string{"a", "b"})
	backlog(w)
	journal := filepath.Join(w.state, "journal.db")
	ours, err := os.ReadFile(journal)
	w.check(err)
	theirs := newer(ours)
	for range 2 { // alternately
		w.check(os.WriteFile(journal, theirs, 0o600))
		before := fingerprints(w.state, "")
		for _, args := range [][]string{
			{"send"},
			{"enqueue"},
			{"flush", "--now"},
			{"status"},
			{"queue", "list"},
			{"dead", "replay", "--all"},
			{"queue", "drop", "--all", "--no-input"},
			{"integration", "delete", "a", "--yes"},
			{"doctor", "--offline"},
			{"doctor", "--repair"},
		} {
			if r := w.send("old "+args[0], 2, command{args: args}); r.Code != 78 || r.Summary.Accepted != 0 {
				t.Errorf("%v: code %d, %d accepted: %s", args, r.Code, r.Summary.Accepted, failures(r.Stderr))
			}
		}
		for path, how := range changed(before, fingerprints(w.state, "")) {
			t.Errorf("%s %s", path, how)
		}
		w.check(os.WriteFile(journal, ours, 0o600))
	}
	w.settle()
	w.judge("as the newer one")
}

// newer is a journal as a version after this one would write it: its state has
// another version of the envelope, and the right checksum.
func newer(journal []byte) []byte {
	const head = 24 // magic, version, kind, length, checksum, counter
	b := bytes.Clone(journal)
	state := []byte{'W', 'N', 'Q', '1', 1, 1}
	for at := 0; ; at += head {
		next := bytes.Index(b[at:], state)
		if next < 0 {
			return b
		}
		at += next
		e := b[at : at+head+int(binary.LittleEndian.Uint32(b[at+8:]))]
		e[4] = 2
		table := crc32.MakeTable(crc32.Castagnoli)
		binary.LittleEndian.PutUint32(e[12:], crc32.Update(crc32.Checksum(e[4:12], table), table, e[16:]))
	}
}

// A copy of the state is put back, as with the snapshot of a machine, after more
// was sent. What was on the wire then comes again under the key it had; new
// events get numbers that were used before, and other keys (C14).
func TestSnapshotPutBack(t *testing.T) {
	w := newWorld(t, []string{"b", "d"})
	w.behave(receiver.Behaviour{Status: 503})
	w.send("s0", 4, command{args: []string{"send", "--wait", "0"}})
	w.behave(receiver.Behaviour{})
	snapshot := filepath.Join(t.TempDir(), "snapshot")
	w.copyTree(w.state, snapshot)
	w.send("s1", 7, command{args: []string{"send"}})
	w.copyTree(snapshot, w.state)
	w.history.Crashes++
	for _, source := range []string{"s2", "s3"} {
		if r := w.send(source, 7, command{args: []string{"send"}}); r.Code != 0 {
			t.Errorf("%s: code %d: %s", source, r.Code, failures(r.Stderr))
		}
	}
	w.settle()
	w.judge("after the snapshot")
}
