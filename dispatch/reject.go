package dispatch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/intake"
	"github.com/wnotify/wnotify/store"
)

// recognise makes an event of an item, or says why it is none.
func (a *accept) recognise(item *intake.Item) (event.Event, error) {
	if item.Reject != nil {
		return event.Event{}, errors.New(item.Reject.Reason)
	}
	return a.router.settings.Account.Identify(item.Raw, &item.Fields, a.in.As)
}

func (a *accept) reject(path string, item *intake.Item, reason error) {
	if item.Reject == nil {
		item.Reject = intake.NotAnEvent(item, reason)
	}
	c, r := a.chunk, item.Reject
	c.counts.rejected++
	c.rejects = append(c.rejects, store.Reject{
		ID: a.rejectID(path, item), At: time.Now(), Source: path,
		Line: item.Place.Line, Offset: item.Place.Offset, Size: r.Size,
		SHA256: r.SHA256, Reason: r.Reason, For: a.in.Integrations, Data: append([]byte(nil), r.Data...),
	})
	if a.sum.reject(path, item.Place, reason) && a.in.Follow {
		a.Log.Warn().Str("source", path).Int64("line", item.Place.Line).Int64("byte", item.Place.Offset).Err(reason).Msg("kept as a reject")
	}
}

// rejectID names a reject by its place, so that a file that is read again keeps
// it once; standard input has no place that outlives the run, and other named
// integrations are another reading, as they are for the cursor.
func (a *accept) rejectID(path string, item *intake.Item) string {
	origin := path
	if path == "-" {
		origin = a.random
	}
	if len(a.in.Integrations) > 0 {
		origin += "\x00" + cursorSuffix(a.in.Integrations, "")
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%s", origin, item.Place.Offset, item.Reject.SHA256))
	return hex.EncodeToString(sum[:6])
}
