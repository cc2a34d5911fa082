package collector

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// encoders compress bodies at the fastest level: the network is local or paid
// for, the processor is always needed. The zero value is ready.
type encoders struct {
	gzip    sync.Pool // of *gzip.Writer
	buffers sync.Pool // of *bytes.Buffer
	zstd    sync.Pool // of *zstd.Encoder, used only through EncodeAll: no goroutines
}

// encode returns the body in a content coding. The result may be used until
// release is called.
func (e *encoders) encode(coding string, body [][]byte) (out [][]byte, release func(), err error) {
	switch coding {
	case "", "none":
		return body, func() {}, nil
	case "gzip", "zstd":
	default:
		return nil, nil, &LocalError{What: "the compression", Err: fmt.Errorf("%q is none of none, gzip, zstd", coding)}
	}
	buf, _ := e.buffers.Get().(*bytes.Buffer)
	if buf == nil {
		buf = new(bytes.Buffer)
	}
	buf.Reset()
	if coding == "gzip" {
		err = e.deflate(buf, body)
	} else {
		err = e.shrink(buf, body)
	}
	if err != nil {
		return nil, nil, &LocalError{What: "the compression", Err: err}
	}
	return [][]byte{buf.Bytes()}, func() { e.buffers.Put(buf) }, nil
}

func (e *encoders) deflate(buf *bytes.Buffer, body [][]byte) error {
	w, _ := e.gzip.Get().(*gzip.Writer)
	if w == nil {
		w, _ = gzip.NewWriterLevel(buf, gzip.BestSpeed) // fails only for another level
	}
	defer e.gzip.Put(w)
	w.Reset(buf)
	for _, piece := range body {
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return w.Close()
}

func (e *encoders) shrink(buf *bytes.Buffer, pieces [][]byte) error {
	w, _ := e.zstd.Get().(*zstd.Encoder)
	if w == nil {
		var err error
		w, err = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true))
		if err != nil {
			return err
		}
	}
	defer e.zstd.Put(w)
	body := bytes.Join(pieces, nil)
	buf.Grow(len(body)/4 + 512)
	buf.Write(w.EncodeAll(body, buf.AvailableBuffer()))
	return nil
}
