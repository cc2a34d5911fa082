package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// maxWindow is the largest window of a zstd stream that is accepted: what zstd
// itself takes without being told.
const maxWindow = 128 << 20

// format is how bytes are compressed.
type format uint8

const (
	unknown format = iota // too few bytes to tell
	plain
	gzipped
	zstandard
)

// recognise tells the format from the first bytes of a stream. Four are always
// enough.
func recognise(head []byte) format {
	gz, zst := []byte{0x1f, 0x8b}, []byte{0x28, 0xb5, 0x2f, 0xfd}
	skippable := []byte{0x2a, 0x4d, 0x18} // behind 0x50 to 0x5f
	switch {
	case len(head) == 0:
		return unknown
	case bytes.HasPrefix(head, gz):
		return gzipped
	case bytes.HasPrefix(head, zst):
		return zstandard
	case head[0]&0xf0 == 0x50 && bytes.HasPrefix(head[1:], skippable):
		return zstandard
	case bytes.HasPrefix(gz, head), bytes.HasPrefix(zst, head),
		head[0]&0xf0 == 0x50 && bytes.HasPrefix(skippable, head[1:]):
		return unknown
	}
	return plain
}

// decompressor reads a stream in one of the formats.
func decompressor(f format, r io.Reader) (io.Reader, error) {
	switch f {
	case gzipped:
		z, err := newMembers(r)
		if err != nil {
			return nil, damage("gzip", err)
		}
		return decompressed{z, "gzip"}, nil
	case zstandard:
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, damage("zstd", err)
		}
		return decompressed{z, "zstd"}, nil
	default:
		return r, nil
	}
}

// decompressed makes sentences of the errors of a decompressor.
type decompressed struct {
	r    io.Reader
	name string
}

func (d decompressed) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	return n, damage(d.name, err)
}

// damage says what is wrong with compressed data. It is never io.EOF.
func damage(name string, err error) error {
	switch {
	case errors.Is(err, errBehindGzip):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the %s data is cut off", name)
	}
	return fmt.Errorf("the %s data is damaged: %w", name, err)
}

// sniffer decompresses a stream if it is compressed. Until that is clear it
// reads no more than it must.
type sniffer struct {
	r     io.Reader
	head  []byte // read so far, not enough to tell
	known bool
}

func (s *sniffer) Read(p []byte) (int, error) {
	if s.known {
		return s.r.Read(p)
	}
	n := copy(p, s.head)
	k, err := s.r.Read(p[n:])
	n += k
	how := recognise(p[:n])
	switch {
	case how == unknown && err == nil:
		s.head = append(s.head[:0], p[:n]...)
		if k == 0 {
			return 0, nil
		}
		return s.Read(p)
	case how == unknown || how == plain:
		s.known = true
		return n, err
	}
	s.known = true
	rest := s.r
	if err != nil {
		rest = failing{err}
	}
	head := bytes.NewReader(bytes.Clone(p[:n]))
	if s.r, err = decompressor(how, io.MultiReader(head, rest)); err != nil {
		s.r = failing{err}
	}
	return s.r.Read(p)
}

// failing is a reader at its end.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
