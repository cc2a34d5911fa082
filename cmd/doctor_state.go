package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store/bolt"
)

// journalName is the file of the queue in the state folder.
const journalName = "journal.db"

// manyFaults is how many faults of a damaged queue are told one by one.
const manyFaults = 10

// folder looks at who owns and who can use the state folder and what is in it.
func (x *examination) folder() {
	dir := x.places.State
	info, err := os.Lstat(dir)
	if isMissing(err) {
		x.ok("state", dir, "does not exist yet; the first send makes it")
		return
	}
	if err != nil {
		x.failure("state", dir, err)
		return
	}
	before := len(x.list)
	x.guarded(dir, info, "700")
	entries, err := os.ReadDir(dir)
	if err != nil && info.IsDir() {
		x.failure("state", dir, err)
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		info, err := e.Info()
		if err != nil {
			continue // it went away meanwhile
		}
		x.guarded(path, info, "600")
		if strings.HasPrefix(e.Name(), journalName+".damaged.") {
			x.warnf("state", path, "rm "+config.ShellQuote(path)+" when nobody needs it any more",
				"a damaged journal is kept here (%s)", ui.Bytes(info.Size()))
		}
	}
	if len(x.list) == before {
		x.ok("state", dir, "belongs to this user alone")
	}
}

// guarded says who else can use a file or folder of the state.
func (x *examination) guarded(path string, info fs.FileInfo, mode string) {
	uid, known := ownerOf(info)
	others := info.Mode().Perm() & 0o077
	fix := "chmod " + mode + " " + config.ShellQuote(path)
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		x.failf(exitNoPermission, "state", path, "name the real place with --state", "is a symbolic link")
	case known && uid != os.Geteuid():
		x.failf(exitNoPermission, "state", path, "sudo -u "+userName(uid)+" wnotify …",
			"belongs to %s, and this is %s", userName(uid), userName(os.Geteuid()))
	case known && others&0o022 != 0:
		x.failf(exitNoPermission, "permissions", path, fix, "others can write it (mode %04o)", info.Mode().Perm())
	case known && others != 0:
		x.warnf("permissions", path, fix, "others can use it (mode %04o)", info.Mode().Perm())
	}
}

// integrity reads the whole queue. It ends the exam of the queue when it cannot
// be trusted.
func (x *examination) integrity(ctx context.Context) {
	var told []error
	s, err := bolt.Open(x.places.State, bolt.Options{Warn: func(err error) { told = append(told, err) }})
	if err != nil {
		x.failure("journal", x.places.State, err)
		return
	}
	wrong, err := s.Check(ctx)
	err = errors.Join(err, s.Close())
	if err != nil && ctx.Err() == nil {
		x.spoilt = true
		x.refused(err)
	}
	for i, what := range wrong {
		x.spoilt = true
		if i == manyFaults {
			x.journal("and " + ui.Plural(int64(len(wrong)-i), "fault") + " more")
			break
		}
		x.journal(what)
	}
	for _, err := range told {
		x.warnf("journal", "", "nothing: the next send or flush writes both", "%s", err)
	}
	path := filepath.Join(x.places.State, journalName)
	if info, serr := os.Stat(path); serr == nil && err == nil && len(wrong) == 0 {
		x.clock.saw(path, info.ModTime())
		x.ok("journal", path, "every page, block and counter is whole (%s)", ui.Bytes(info.Size()))
	}
}

// journal says what is wrong with the queue.
func (x *examination) journal(what string) {
	x.failf(exitIO, "journal", filepath.Join(x.places.State, journalName), "wnotify doctor --repair", "%s", what)
}

// refused is an error of the engine; what it says of a file replaces what was
// found about it already.
func (x *examination) refused(err error) {
	for _, e := range single(err) {
		d := diagnose(e)
		where := cmp.Or(d.Where, x.places.State)
		told := false
		for i, f := range x.list {
			if f.Where != where || f.Check != "permissions" && f.Check != "state" {
				continue
			}
			told = told || f.Status == statusFail
			if f.Status == statusWarn && d.Code == exitNoPermission {
				x.list[i].Status, x.list[i].code, told = statusFail, d.Code, true
			}
		}
		if !told {
			x.failf(d.Code, "state", where, d.Fix, "%s", d.Message)
		}
	}
}

// disk compares the free space with what a queue may grow to, and says what
// kind of file system it is if that matters.
func (x *examination) disk() {
	at := x.places.State
	for !exists(at) && at != filepath.Dir(at) {
		at = filepath.Dir(at)
	}
	d, ok, err := diskOf(at)
	if err != nil || !ok {
		if err != nil {
			x.warnf("disk", at, "", "its free space cannot be told: %v", err)
		}
		return
	}
	limit := x.file.Settings().Queue.MaxBytes
	free := ui.Bytes(d.free) + " are free"
	switch {
	case d.readOnly:
		x.failf(exitIO, "disk", at, "mount it for writing", "its file system is read-only: nothing can be queued or delivered")
	case d.free < leastFree:
		x.failf(exitFailed, "disk", at, "make room", "only %s: events will be refused", free)
	case d.free < limit:
		x.warnf("disk", at, "make room, or lower max_bytes of [queue]", "%s, and the queue of an integration may grow to %s", free, ui.Bytes(limit))
	default:
		x.ok("disk", at, "%s; the queue of an integration may grow to %s", free, ui.Bytes(limit))
	}
	if d.doubt != "" {
		x.warnf("disk", at, "put the state on a local disk with --state or WNOTIFY_STATE", "is on %s", d.doubt)
	}
}

// leastFree is the space below which the next events are likely refused: the
// engine keeps some for settling, and a commit copies pages.
const leastFree = 16 << 20

// volume is what is known about a file system.
type volume struct {
	free     int64  // bytes for this user
	readOnly bool   // it is mounted so
	doubt    string // why a queue does not belong there, or empty
}

// doubtful are file systems on which a queue is at risk.
func doubtful(kind string) string {
	switch kind {
	case "nfs", "smb", "cifs", "smbfs", "afs", "coda", "ceph", "9p", "lustre", "webdav", "afpfs":
		return fmt.Sprintf("a network file system (%s): locks and fsync may not do what they promise", kind)
	case "tmpfs", "ramfs":
		return fmt.Sprintf("a file system in memory (%s): what is queued is gone after a reboot", kind)
	case "overlay":
		return "the layer of a container (overlay): what is queued is gone with the container"
	case "fuse":
		return "a FUSE file system: what stands behind it decides whether locks and fsync work"
	}
	return ""
}
