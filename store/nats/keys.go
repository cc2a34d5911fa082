package nats

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"maps"
	"slices"
	"sync"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
)

// value is what a key holds. Data is nil when there is none; the sequence may
// still be that of the message that says so.
type value struct {
	seq  uint64
	data []byte
	at   time.Time // when it was stored, by the server's clock
}

// A stored value is 'W' version | CRC-32C of the rest | the rest.
const (
	sealMagic   = 'W'
	sealVersion = 1
	sealSize    = 6
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func seal(data []byte) []byte {
	b := make([]byte, sealSize, sealSize+len(data))
	b[0], b[1] = sealMagic, sealVersion
	binary.LittleEndian.PutUint32(b[2:], crc32.Checksum(data, castagnoli))
	return append(b, data...)
}

func unseal(key string, b []byte) ([]byte, error) {
	if len(b) == 0 {
		return nil, nil
	}
	if len(b) < sealSize || b[0] != sealMagic || b[1] != sealVersion ||
		binary.LittleEndian.Uint32(b[2:]) != crc32.Checksum(b[sealSize:], castagnoli) {
		return nil, &store.CorruptError{What: "value of " + key}
	}
	return b[sealSize:], nil
}

// get asks the leader of the stream for a key.
func (s *Store) get(ctx context.Context, key string) (value, error) {
	ask, err := json.Marshal(map[string]string{"last_by_subj": key})
	if err != nil {
		return value{}, err
	}
	type reply struct {
		Error   *jetstream.APIError `json:"error"`
		Message *struct {
			Seq  uint64    `json:"seq"`
			Data string    `json:"data"`
			Time time.Time `json:"time"`
		} `json:"message"`
	}
	var got reply
	err = s.request(ctx, "$JS.API.STREAM.MSG.GET."+s.opts.Stream, ask, func(m *client.Msg) error {
		got = reply{}
		if err := json.Unmarshal(m.Data, &got); err != nil {
			return fmt.Errorf("the server's answer makes no sense: %w", err)
		}
		switch {
		case got.Error != nil && got.Error.ErrorCode != codeNoMessage:
			return got.Error
		case got.Error == nil && got.Message == nil:
			return jetstream.ErrInvalidJSAck
		}
		return nil
	})
	if err != nil || got.Message == nil {
		return value{}, err
	}
	raw, err := base64.StdEncoding.DecodeString(got.Message.Data)
	if err != nil {
		return value{}, &store.CorruptError{What: "value of " + key}
	}
	data, err := unseal(key, raw)
	return value{seq: got.Message.Seq, data: data, at: got.Message.Time}, err
}

// fixed reads a key that is never overwritten, from whichever replica is near.
func (s *Store) fixed(ctx context.Context, key string) ([]byte, error) {
	var answer *client.Msg
	err := s.request(ctx, "$JS.API.DIRECT.GET."+s.opts.Stream+"."+key, nil, func(m *client.Msg) error {
		answer = m
		return nil
	})
	if err == nil && answer.Header.Get("Status") == "" {
		return unseal(key, answer.Data)
	}
	v, err := s.get(ctx, key) // a replica may be late
	return v.data, err
}

// request asks whoever leads the stream and reads the answer. One that says that
// it cannot be answered now is as good as none.
func (s *Store) request(ctx context.Context, subject string, data []byte, read func(*client.Msg) error) error {
	var refused error
	err := s.patiently(ctx, func(ctx context.Context) error {
		answer, err := s.nc.RequestWithContext(ctx, subject, data)
		if err != nil {
			return err
		}
		if refused = read(answer); refused != nil && passing(refused) {
			return refused
		}
		return nil
	})
	if err != nil {
		return s.unanswered(ctx, err)
	}
	return refused
}

// unanswered is the error of what was asked in vain.
func (s *Store) unanswered(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.life.Err() != nil && errors.Is(err, client.ErrConnectionClosed):
		return errClosed
	default:
		return fmt.Errorf("%w: %w", ErrUnanswered, err)
	}
}

// patiently asks again what could not be answered: a cluster takes 4 to 9 s to
// choose a leader (nats-server, raft.go), forgets what it was asked meanwhile,
// and a connection takes a moment to come back.
func (s *Store) patiently(ctx context.Context, ask func(context.Context) error) error {
	patient, cancel := context.WithTimeout(ctx, giveUp)
	defer cancel()
	for try := 0; ; try++ {
		once, end := context.WithTimeout(patient, min(callTimeout, time.Second<<min(try, 8)))
		err := ask(once)
		end()
		if err == nil || !passing(err) || errors.Is(err, client.ErrNoResponders) && s.bare() {
			return err
		}
		if pause(patient, try) != nil {
			return cmp.Or(ctx.Err(), err)
		}
	}
}

// bare reports whether the server has no JetStream, nor others that might.
func (s *Store) bare() bool {
	has, _ := s.nc.ConnectedServerJetStream()
	return s.nc.IsConnected() && !has && s.nc.ConnectedClusterName() == ""
}

// passing reports whether the same may be answered in a moment.
func passing(err error) bool {
	var api *jetstream.APIError
	return errors.Is(err, errLater) || errors.Is(err, client.ErrNoResponders) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, client.ErrTimeout) || errors.Is(err, client.ErrDisconnected) ||
		errors.Is(err, client.ErrConnectionReconnecting) || errors.Is(err, client.ErrReconnectBufExceeded) ||
		errors.As(err, &api) && api.ErrorCode == codeClusterNotAvail
}

// list names the keys that match a subject, in order.
func (s *Store) list(ctx context.Context, filter string) ([]string, error) {
	var info *jetstream.StreamInfo
	err := s.patiently(ctx, func(ctx context.Context) (err error) {
		info, err = s.stream.Info(ctx, jetstream.WithSubjectFilter(filter))
		return err
	})
	if err != nil && (passing(err) || ctx.Err() != nil) {
		err = s.unanswered(ctx, err)
	}
	if err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(info.State.Subjects)), nil
}

// parallel is how many keys are asked for at once.
const parallel = 32

// each calls a function for 0 to n-1, some at once, and returns one of their
// errors.
func each(n int, f func(i int) error) error {
	var all sync.WaitGroup
	errs := make([]error, n)
	room := make(chan struct{}, parallel)
	for i := range n {
		room <- struct{}{}
		all.Go(func() {
			errs[i] = f(i)
			<-room
		})
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// getAll reads keys; those that are gone have no data.
func (s *Store) getAll(ctx context.Context, keys []string) ([]value, error) {
	values := make([]value, len(keys))
	err := each(len(keys), func(i int) (err error) {
		values[i], err = s.get(ctx, keys[i])
		return err
	})
	return values, err
}
