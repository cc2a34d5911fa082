package nats

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// answering is a handle of a stream that the function answers for: what it
// returns for the n-th question about a key, from 1 on.
func answering(t *testing.T, answer func(n int) string) *Store {
	t.Helper()
	nc, err := client.Connect(Serve(t, &server.Options{Host: "127.0.0.1", Port: -1}).ClientURL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	n := 0
	if _, err := nc.Subscribe("$JS.API.STREAM.MSG.GET.q", func(m *client.Msg) {
		n++
		_ = m.Respond([]byte(answer(n)))
	}); err != nil {
		t.Fatal(err)
	}
	return &Store{opts: Options{Stream: "q"}, nc: nc, life: t.Context()}
}

const unavailable = `{"error":{"code":503,"err_code":10008,"description":"JetStream system temporarily unavailable"}}`

// A cluster that has just lost its leader answers that it has none: it is asked
// again.
func TestAskedAgainWithoutALeader(t *testing.T) {
	s := answering(t, func(n int) string {
		if n < 3 {
			return unavailable
		}
		return fmt.Sprintf(`{"message":{"seq":7,"time":%q,"data":%q}}`, time.Unix(0, 0).UTC().Format(time.RFC3339), base64.StdEncoding.EncodeToString(seal([]byte("value"))))
	})
	v, err := s.get(t.Context(), "key")
	if err != nil || v.seq != 7 || string(v.data) != "value" {
		t.Errorf("%+v, %v", v, err)
	}
}

// Other answers are final, and the one that there is no such key is no error.
func TestFinalAnswers(t *testing.T) {
	for answer, want := range map[string]func(error) bool{
		`{"error":{"code":404,"err_code":10037,"description":"no message found"}}`: func(err error) bool { return err == nil },
		`{"error":{"code":404,"err_code":10059,"description":"stream not found"}}`: func(err error) bool {
			var api *jetstream.APIError
			return errors.As(err, &api) && api.ErrorCode == codeStreamNotFound
		},
		`{}`: func(err error) bool { return errors.Is(err, jetstream.ErrInvalidJSAck) },
		`{`:  func(err error) bool { return err != nil && !errors.Is(err, ErrUnanswered) },
	} {
		asked := 0
		s := answering(t, func(n int) string { asked = n; return answer })
		if v, err := s.get(t.Context(), "key"); !want(err) || v.data != nil || asked != 1 {
			t.Errorf("%s: %+v, %v, asked %d times", answer, v, err, asked)
		}
	}
}

// Who gives up says that nobody answers; who is stopped, that he was.
func TestUnanswered(t *testing.T) {
	s := &Store{life: t.Context()}
	if err := s.unanswered(t.Context(), &jetstream.APIError{ErrorCode: codeClusterNotAvail}); !errors.Is(err, ErrUnanswered) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.unanswered(ctx, client.ErrTimeout); !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnanswered) {
		t.Error(err)
	}
}
