package receiver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var (
	errTooLarge = errors.New("the body is too large")
	errCoding   = errors.New("the content coding is unknown")
)

// plain reads a body and undoes its content coding. Size is what came.
func plain(body io.Reader, coding string, limit int64) (data []byte, size int64, err error) {
	counted := &counter{r: body}
	var in io.Reader = counted
	switch strings.ToLower(coding) {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(counted)
		if err != nil {
			return nil, counted.n, fmt.Errorf("the body is not gzip: %w", err)
		}
		in = z
	case "zstd":
		z, err := zstd.NewReader(counted, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
		if err != nil {
			return nil, counted.n, fmt.Errorf("the body is not zstd: %w", err)
		}
		defer z.Close()
		in = z
	default:
		return nil, 0, fmt.Errorf("%w: %q", errCoding, coding)
	}
	data, err = io.ReadAll(io.LimitReader(in, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errTooLarge
	}
	return data, counted.n, err
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// split finds the events of a body: the elements of a JSON array, or values
// one after the other as in NDJSON. Compact keeps each on one line.
func split(body []byte) (events []json.RawMessage, err error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, errors.New("the body is empty")
	}
	if body[0] == '[' {
		err = json.Unmarshal(body, &events)
	} else {
		for d := json.NewDecoder(bytes.NewReader(body)); err == nil; {
			var e json.RawMessage
			if err = d.Decode(&e); err == nil {
				events = append(events, e)
			}
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the body is not JSON: %w", err)
	}
	for i, e := range events {
		if bytes.ContainsAny(e, "\r\n") {
			var b bytes.Buffer
			_ = json.Compact(&b, e) // it has just been parsed
			events[i] = b.Bytes()
		}
	}
	return events, nil
}
