package nats

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
)

// headers is what a message carries beside its value, at most.
const headers = 2 << 10

// connect dials a server that can do what we need.
func (s *Store) connect() error {
	o := s.opts
	options := []client.Option{
		client.Name("wnotify on " + o.Host),
		client.Timeout(dialTimeout),
		client.MaxReconnects(-1),
		client.ReconnectWait(250 * time.Millisecond),
		client.ReconnectBufSize(-1), // what cannot be sent now must not be sent later
		client.ReconnectHandler(func(*client.Conn) { s.wakes.wake() }),
		client.ErrorHandler(func(_ *client.Conn, _ *client.Subscription, err error) { o.Warn(err) }),
	}
	if o.Credentials != "" {
		options = append(options, client.UserCredentialBytes([]byte(o.Credentials)))
	}
	nc, err := client.Connect(o.URL, options...)
	if err != nil {
		return o.setup(err)
	}
	s.nc = nc
	if version := nc.ConnectedServerVersion(); !atLeast(version, 2, 12, 1) {
		nc.Close() // and it forgets the version
		return &SetupError{
			Kind: Unfit, Where: o.servers(), Err: fmt.Errorf("the server is version %s; atomic batches need 2.12.1 or later", version),
			Fix: "update the NATS servers",
		}
	}
	most := nc.MaxPayload()
	if most < int64(o.MaxEvent) {
		nc.Close()
		return &SetupError{
			Kind: Unfit, Where: o.servers(), Err: fmt.Errorf("the server takes messages of %d bytes and an event may have %d", most, o.MaxEvent),
			Fix: fmt.Sprintf("max_payload: %d (in the server's configuration)", o.MaxEvent+64<<10),
		}
	}
	s.part = int(min(most, 1<<20)) - 2*headers
	return nil
}

// atLeast compares versions; one that cannot be read is taken for new.
func atLeast(version string, want ...int) bool {
	version, _, _ = strings.Cut(version, "-")
	for i, part := range strings.SplitN(version, ".", len(want)) {
		n, err := strconv.Atoi(part)
		if err != nil || n > want[i] {
			return true
		}
		if n < want[i] {
			return false
		}
	}
	return true
}

// config is the stream as we make it.
func (o Options) config() jetstream.StreamConfig {
	n := names(o.Stream)
	return jetstream.StreamConfig{
		Name:               o.Stream,
		Description:        "the queue of wnotify",
		Subjects:           []string{n.key(">")},
		Storage:            jetstream.FileStorage,
		Replicas:           o.Replicas,
		Retention:          jetstream.LimitsPolicy,
		Discard:            jetstream.DiscardNew,
		MaxMsgsPerSubject:  1,
		MaxMsgs:            -1,
		MaxBytes:           -1,
		MaxMsgSize:         -1,
		AllowDirect:        true,
		AllowMsgTTL:        true,
		AllowAtomicPublish: true,
		RePublish:          &jetstream.RePublish{Source: n.key("change", ">"), Destination: n.changed() + ".>", HeadersOnly: true},
	}
}

// ensure finds the stream or makes it.
func (s *Store) ensure(ctx context.Context) error {
	js, err := jetstream.New(s.nc)
	if err != nil {
		return s.opts.setup(err)
	}
	err = s.patiently(ctx, func(ctx context.Context) (err error) {
		s.stream, err = js.Stream(ctx, s.opts.Stream)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			s.stream, err = js.CreateStream(ctx, s.opts.config())
			s.made = !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) // also when the answer was lost
			if !s.made {
				s.stream, err = js.Stream(ctx, s.opts.Stream)
			}
		}
		return err
	})
	if err != nil {
		return s.opts.setup(err)
	}
	s.info = s.stream.CachedInfo()
	return s.fits(s.info.Config)
}

// fits compares a stream that is there with what we need. Limits in bytes are
// the operator's; whatever lets the server lose something is not.
func (s *Store) fits(have jetstream.StreamConfig) error {
	want := s.opts.config()
	var wrong string
	switch {
	case len(have.Subjects) != 1 || have.Subjects[0] != want.Subjects[0]:
		wrong = fmt.Sprintf("its subjects are %v, not %v", have.Subjects, want.Subjects)
	case have.Storage != want.Storage:
		wrong = "it is kept in memory"
	case have.Retention != want.Retention || have.Discard != want.Discard || have.MaxAge != 0 || have.MaxMsgsPerSubject != 1:
		wrong = "it throws messages away by a rule that is not ours"
	case !have.AllowAtomicPublish || !have.AllowMsgTTL || !have.AllowDirect:
		wrong = "it does not allow atomic batches, times to live and direct reads"
	case have.RePublish == nil || have.RePublish.Source != want.RePublish.Source || have.RePublish.Destination != want.RePublish.Destination:
		wrong = "it does not tell about changes"
	case have.DenyDelete || have.DenyPurge || have.Sealed:
		wrong = "nothing can be removed from it"
	case have.Replicas != want.Replicas:
		return &SetupError{
			Kind: Unfit, Where: "stream " + s.opts.Stream, Err: fmt.Errorf("it has %d replicas and the configuration says %d", have.Replicas, want.Replicas),
			Fix: fmt.Sprintf("replicas = %d", have.Replicas),
		}
	default:
		return nil
	}
	return &SetupError{
		Kind: Unfit, Where: "stream " + s.opts.Stream, Err: errors.New("a stream of this name is there, made by somebody else: " + wrong),
		Fix: `stream = "ANOTHER_NAME"`,
	}
}

// meta is the first key of a queue.
type meta struct {
	Schema  int    `json:"schema"`
	Install string `json:"install"`
}

// identify reads who we are, or says it first.
func (s *Store) identify(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, giveUp)
	defer cancel()
	for {
		v, err := s.get(ctx, s.names.meta())
		if err != nil {
			return s.opts.setup(err)
		}
		if v.data == nil {
			text, err := json.Marshal(meta{Schema: schema, Install: rand.Text()})
			if err != nil {
				return err
			}
			err = s.patiently(ctx, func(ctx context.Context) error { // the server may not have heard yet who leads a new stream
				_, err := s.publish(ctx, []write{{key: s.names.meta(), data: text, cas: true}})
				return err
			})
			if err != nil && !errors.Is(err, errMoved) {
				return s.opts.setup(err)
			}
			continue
		}
		var m meta
		if err := json.Unmarshal(v.data, &m); err != nil {
			return &store.CorruptError{What: "identity of the queue"}
		}
		if m.Schema > schema {
			return store.ErrNewer
		}
		s.install = m.Install
		return nil
	}
}
