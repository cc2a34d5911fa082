package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"unicode/utf8"
)

// keptBytes is how much of a reject is kept.
const keptBytes = 64 << 10

// heldBlanks is how much white space at the end of a reject is left out.
const heldBlanks = 64

// digest takes in a reject of any size and keeps its beginning, its length and
// its hash. White space at its end is held back, and does not count.
type digest struct {
	hash hash.Hash
	kept []byte
	held []byte
	size int64
}

func (d *digest) begin() { *d = digest{hash: sha256.New()} }

func (d *digest) write(p []byte) {
	end := len(p)
	for end > 0 && len(p)-end < heldBlanks && isBlank(p[end-1]) {
		end--
	}
	if end > 0 {
		d.add(d.held)
		d.held = d.held[:0]
		d.add(p[:end])
	}
	d.hold(p[end:])
}

// hold takes in white space and byte order marks, which count if something else
// comes behind them.
func (d *digest) hold(p []byte) {
	d.held = append(d.held, p...)
	if over := len(d.held) - heldBlanks; over > 0 {
		for over < len(d.held) && !utf8.RuneStart(d.held[over]) {
			over++ // a mark stays in one piece
		}
		d.add(d.held[:over])
		d.held = append(d.held[:0], d.held[over:]...)
	}
}

func (d *digest) add(p []byte) {
	d.hash.Write(p)
	d.size += int64(len(p))
	d.kept = append(d.kept, p[:min(len(p), keptBytes-len(d.kept))]...)
}

func (d *digest) reject(reason string) *Reject {
	return &Reject{Reason: reason, Data: d.kept, Size: d.size, SHA256: hex.EncodeToString(d.hash.Sum(nil))}
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }
