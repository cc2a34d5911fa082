package nats

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"strconv"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// maxMessages is how many messages a server commits together
// (streamDefaultMaxAtomicBatchSize).
const maxMessages = 1000

// write is one message of a batch. Nil data removes the key: the message that
// says so is dropped by the server a little later.
type write struct {
	key   string
	data  []byte
	cas   bool   // the key must not have moved since
	seen  uint64 // this sequence
	under string // if not empty, the key that must not have moved instead
	ttl   time.Duration
}

// forgetRemoved is how long the server keeps the message that removed a key.
const forgetRemoved = time.Minute

func (w write) message() *client.Msg {
	m := client.NewMsg(w.key)
	ttl := w.ttl
	if w.data != nil {
		m.Data = seal(w.data)
	} else {
		ttl = forgetRemoved
	}
	if w.cas {
		m.Header["Nats-Expected-Last-Subject-Sequence"] = []string{strconv.FormatUint(w.seen, 10)}
	}
	if w.under != "" {
		m.Header["Nats-Expected-Last-Subject-Sequence-Subject"] = []string{w.under}
	}
	if ttl > 0 {
		m.Header["Nats-TTL"] = []string{ttl.String()}
	}
	return m
}

// publishOnce commits writes together and returns the sequence of the first; the
// others follow without holes. errMoved and errLater: nothing was applied.
// After an error that is no answer of the server the outcome is unknown.
func (s *Store) publishOnce(ctx context.Context, writes []write) (uint64, error) {
	if len(writes) > maxMessages {
		return 0, &TooLargeError{Messages: len(writes)}
	}
	batch := rand.Text()
	for i, w := range writes {
		m := w.message()
		if len(m.Data) > int(s.nc.MaxPayload())-headers {
			return 0, &TooLargeError{Key: w.key, Bytes: len(m.Data)}
		}
		if len(writes) == 1 {
			return s.confirm(ctx, m, 1) // a server makes files for a batch, and syncs them
		}
		m.Header["Nats-Batch-Id"] = []string{batch}
		m.Header["Nats-Batch-Sequence"] = []string{strconv.Itoa(i + 1)}
		if i == len(writes)-1 {
			m.Header["Nats-Batch-Commit"] = []string{"1"}
			return s.confirm(ctx, m, len(writes))
		}
		if err := s.nc.PublishMsg(m); err != nil {
			return 0, fmt.Errorf("%w: %w", errLater, err) // without its end no batch is applied
		}
	}
	return 0, nil
}

// confirm publishes the message that ends a batch, and waits for the answer.
func (s *Store) confirm(ctx context.Context, m *client.Msg, count int) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	answer, err := s.nc.RequestMsgWithContext(ctx, m)
	if errors.Is(err, client.ErrNoResponders) {
		return 0, fmt.Errorf("%w: %w", errLater, err)
	}
	if err != nil {
		return 0, fmt.Errorf("no answer to a commit: %w", err)
	}
	ack, err := parseAck(answer.Data)
	if err != nil {
		return 0, err
	}
	if ack.Seq < uint64(count) {
		return 0, errors.New("the answer to a commit has no sequence")
	}
	return ack.Seq - uint64(count) + 1, nil
}

// ack is the answer of JetStream to a message.
type ack struct {
	Error *jetstream.APIError `json:"error"`
	Seq   uint64              `json:"seq"`
}

func parseAck(b []byte) (a ack, err error) {
	if err := json.Unmarshal(b, &a); err != nil {
		return a, fmt.Errorf("the server's answer makes no sense: %w", err)
	}
	if a.Error != nil {
		return a, verdict(a.Error)
	}
	return a, nil
}

// pause waits a little before another try, longer and longer, at odd times.
func pause(ctx context.Context, try int) error {
	longest := min(time.Second, 4*time.Millisecond<<min(try, 8))
	t := time.NewTimer(time.Millisecond + mathrand.N(longest))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
