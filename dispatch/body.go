package dispatch

import (
	"slices"
	"sync"

	"github.com/wnotify/wnotify/dispatch/payload"
)

// bodyMemory bounds the bodies that are kept for other lanes, in bytes.
const bodyMemory = 8 << 20

// bodies are those of the last requests: lanes that take the same events and
// keep step send the same bytes, which are put together once.
type bodies struct {
	mu   sync.Mutex
	list []*body // the one used last is last
	size int
}

// body is the body of a request; whoever got it says when it is sent.
type body struct {
	format payload.Format
	rows   []row
	data   []byte
	users  int
}

// row is a part of a block that is in a body. Blocks read from the store are
// read for one lane and equal no other.
type row struct {
	block *block
	size  int
	at    *byte
}

func rows(b batch) []row {
	list := make([]row, len(b.blocks))
	for i, k := range b.blocks {
		list[i] = row{k, len(b.parts[i]), &b.parts[i][0]}
	}
	return list
}

// get returns the body of a batch; shared says that another lane may want it.
func (s *bodies) get(format payload.Format, b batch, shared bool) *body {
	want := rows(b)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, have := range s.list {
		if have.format == format && slices.Equal(have.rows, want) {
			have.users++
			s.list = append(slices.Delete(s.list, i, i+1), have)
			return have
		}
	}
	var buffer []byte
	for i := 0; i < len(s.list) && (!shared || s.size > bodyMemory); {
		if old := s.list[i]; old.users > 0 {
			i++
		} else {
			s.size -= cap(old.data)
			s.list = slices.Delete(s.list, i, i+1)
			buffer = old.data[:0]
		}
	}
	made := &body{format: format, rows: want, users: 1}
	// Under the lock: whoever wants the same waits for it rather than make it too.
	made.data = format.Append(buffer, b.parts...)
	s.size += cap(made.data)
	s.list = append(s.list, made)
	return made
}

// sent says that a request with the body is over.
func (s *bodies) sent(b *body) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.users--
}
