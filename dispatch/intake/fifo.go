package intake

import (
	"os"
	"sync"
)

// fifo is a named pipe that is opened when it is read first: opening it waits
// for a writer, and must not block the caller.
type fifo struct {
	path   string
	mu     sync.Mutex
	f      *os.File
	closed bool
}

func (p *fifo) Read(b []byte) (int, error) {
	if p.f == nil {
		f, err := os.Open(p.path)
		if err != nil {
			return 0, err
		}
		if err := p.keep(f); err != nil {
			return 0, err
		}
	}
	return p.f.Read(b)
}

// keep takes an opened file, unless the pipe was closed meanwhile.
func (p *fifo) keep(f *os.File) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		f.Close()
		return os.ErrClosed
	}
	p.f = f
	return nil
}

func (p *fifo) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	if p.f == nil {
		return nil
	}
	return p.f.Close()
}
