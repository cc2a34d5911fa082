package intake

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// errBehindGzip is what members says of bytes behind a member that begin none.
var errBehindGzip = errors.New("something that is not gzip follows the gzip data")

// members reads the members of a gzip file, one behind the other. Zero bytes
// behind the last one are padding, as of a tape or a block device: they end the
// input if nothing else follows.
type members struct {
	in  *bufio.Reader
	z   *gzip.Reader
	err error // why there is no next member
}

func newMembers(r io.Reader) (*members, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	z, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{in: in, z: z}, nil
}

// Read returns what is left of a member before it waits for the next one.
func (m *members) Read(p []byte) (int, error) {
	for m.err == nil {
		n, err := m.z.Read(p)
		if err != io.EOF { //nolint:errorlint // a wrapped one is of the source, in the middle of a member
			return n, err
		}
		if n > 0 {
			return n, nil
		}
		m.err = m.next()
	}
	return 0, m.err
}

// next goes on with the next member; io.EOF if there is none.
func (m *members) next() error {
	head, err := m.in.Peek(1)
	switch {
	case err != nil:
		return err
	case head[0] == 0:
		return m.padding()
	}
	head, err = m.in.Peek(2)
	switch {
	case head[0] != 0x1f, len(head) > 1 && head[1] != 0x8b:
		return errBehindGzip
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	case err != nil:
		return err
	}
	if err := m.z.Reset(m.in); err != nil {
		return unexpected(err)
	}
	m.z.Multistream(false)
	return nil
}

// padding reads zero bytes up to the end, which is io.EOF.
func (m *members) padding() error {
	for {
		c, err := m.in.ReadByte()
		if err != nil {
			return err
		}
		if c != 0 {
			return errBehindGzip
		}
	}
}

// unexpected makes an error of an end in the middle of something.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
