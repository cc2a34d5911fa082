package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	client "github.com/nats-io/nats.go"
)

// A server writes a batch twice, once to collect it and once to apply it, and
// with one replica syncs the first. So segments that are worth it are stored
// before the batch that refers to them, after a note that names them. The batch
// removes the note, whoever gives up removes both; only one of the two can.

// bulkFrom is from how many bytes on segments go ahead of their batch. Below,
// one round trip less is worth more.
const bulkFrom = 64 << 10

// bulkStale is after which time a note belongs to a process that died: no
// commit takes that long, see giveUp.
const bulkStale = 10 * time.Minute

// upload stores the segments of a transaction and adds the end of their note to
// the batch.
func (s *Store) upload(ctx context.Context, t *txn, writes []write) ([]write, error) {
	if len(t.bulk) == 0 {
		return writes, nil
	}
	text, err := json.Marshal(t.names)
	if err != nil {
		return nil, err
	}
	note := s.names.key("bulk", uid())
	seq, err := s.publishAll(ctx, append([]write{{key: note, data: text}}, t.bulk...))
	if err != nil {
		s.sweeps.later(func(ctx context.Context) { s.abandon(ctx, note) })
		return nil, err
	}
	t.noted = note
	return append(writes, write{key: note, cas: true, seen: seq, ttl: forgetRemoved}), nil
}

// publishAll stores messages one by one, in order, and waits for all answers.
// It returns the sequence of the first.
func (s *Store) publishAll(ctx context.Context, writes []write) (first uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, 2*callTimeout)
	defer cancel()
	inbox := s.nc.NewInbox()
	answers, err := s.nc.SubscribeSync(inbox + ".*")
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errLater, err)
	}
	defer func() { _ = answers.Unsubscribe() }()
	for i, w := range writes {
		m := w.message()
		m.Reply = inbox + "." + strconv.Itoa(i)
		if err := s.nc.PublishMsg(m); err != nil {
			return 0, fmt.Errorf("%w: %w", errLater, err)
		}
	}
	for range writes {
		m, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			return 0, fmt.Errorf("%w: %w", errLater, err) // nothing refers to them yet
		}
		seq, err := acknowledged(m)
		if err != nil {
			return 0, err
		}
		if last(m.Subject) == "0" {
			first = seq
		}
	}
	return first, nil
}

// acknowledged reads the answer of JetStream to a publication.
func acknowledged(m *client.Msg) (uint64, error) {
	if m.Header.Get("Status") == "503" {
		return 0, fmt.Errorf("%w: %w", errLater, client.ErrNoResponders)
	}
	ack, err := parseAck(m.Data)
	if err != nil {
		return 0, err
	}
	if ack.Seq == 0 {
		return 0, errors.New("the answer to a publication has no sequence")
	}
	return ack.Seq, nil
}

// abandon removes segments that no batch refers to. If one does, the note is
// gone.
func (s *Store) abandon(ctx context.Context, note string) {
	v, err := s.get(ctx, note)
	if err != nil || v.data == nil {
		return
	}
	var segments []string
	if err := json.Unmarshal(v.data, &segments); err != nil {
		return
	}
	t := s.begin(ctx, true)
	for _, name := range segments {
		t.drop(s.names.segment(name))
	}
	t.puts[note] = write{key: note, cas: true, seen: v.seq}
	writes, err := t.finish()
	if err == nil {
		_, err = s.publish(ctx, writes)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, errMoved) {
		s.opts.Warn(err) // the next one who opens the queue tries again
	}
}

// sweepBulk removes what processes that died have stored in vain.
func (s *Store) sweepBulk(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, giveUp)
	defer cancel()
	notes, err := s.list(ctx, s.names.key("bulk", "*"))
	if err != nil {
		return s.opts.setup(err)
	}
	for _, note := range notes {
		v, err := s.get(ctx, note)
		if err == nil && v.data != nil && time.Since(v.at) > bulkStale {
			s.abandon(ctx, note)
		}
	}
	return nil
}
