//go:build unix

package collectors

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
	"github.com/wnotify/wnotify/dispatch/receiver/fake"
)

// imitate starts a receiver that behaves like a program, and adds it.
func (d *desk) imitate(name, typ string, p receiver.Program, settings ...string) *receiver.Receiver {
	d.Helper()
	r, err := receiver.New(receiver.Options{TLS: true, As: p})
	d.must(err)
	d.Cleanup(func() { r.Close() })
	ca := d.write(name+"-ca.pem", r.CA())
	d.wnotify("", append([]string{"integration", "add", name, "--type", typ, "--url", r.URL() + "wallarm.events", "--ca-certificate", ca}, settings...)...)
	return r
}

func kept(r *receiver.Receiver) []string {
	var lines []string
	for _, e := range r.Events() {
		lines = append(lines, string(e))
	}
	return lines
}

// TestDefaultsStoreEveryEvent: with the defaults of its type every sample event
// is stored by each program, byte for byte, in each format and with each method.
func TestDefaultsStoreEveryEvent(t *testing.T) {
	d := newDesk(t)
	receivers := map[string]*receiver.Receiver{
		"default-logstash":   d.imitate("default-logstash", "logstash", &fake.Logstash{}),
		"default-fluent-bit": d.imitate("default-fluent-bit", "webhook", &fake.FluentBit{}),
	}
	for typ, program := range map[string]receiver.Program{
		"fluentd": &fake.Fluentd{Match: []string{"wallarm.**"}}, "logstash": &fake.Logstash{Codecs: fake.NDJSON()}, "webhook": nil,
	} {
		for _, format := range []string{"json-array", "ndjson"} {
			for _, method := range []string{"POST", "PUT"} {
				name := strings.ToLower(typ + "-" + format + "-" + method)
				receivers[name] = d.imitate(name, typ, program, "--format", format, "--method", method)
			}
		}
	}
	sent := d.samples()
	d.wnotify(joined(sent), "send")
	for name, r := range receivers {
		if got := kept(r); !slices.Equal(got, sent) {
			t.Errorf("%s: %d of %d events are stored, or others", name, len(got), len(sent))
		}
	}
}

// TestHardTimesLoseNothing: full buffers, requests that are stored without an
// answer, and limits on their size. Where no answer came an event may be there
// twice, under the same key.
func TestHardTimesLoseNothing(t *testing.T) {
	d := newDesk(t)
	type hard struct {
		name, typ string
		program   receiver.Program
		behave    receiver.Behaviour
		repeats   bool
	}
	receivers := map[hard]*receiver.Receiver{}
	for _, h := range []hard{
		{"fluentd-full", "fluentd", &fake.Fluentd{}, fake.FluentdFull(3), false},
		{"fluentd-blocked", "fluentd", &fake.Fluentd{}, fake.Blocked(2), true},
		{"fluentd-limit", "fluentd", &fake.Fluentd{Limit: 4 << 10}, receiver.Behaviour{}, false},
		{"logstash-full", "logstash", &fake.Logstash{}, fake.LogstashFull(3), false},
		{"logstash-blocked", "logstash", &fake.Logstash{}, fake.Blocked(2), true},
		{"logstash-limit", "logstash", &fake.Logstash{Limit: 4 << 10}, receiver.Behaviour{}, false},
		{"fluent-bit-limit", "webhook", &fake.FluentBit{Limit: 4 << 10}, receiver.Behaviour{}, false},
	} {
		settings := []string{"--retry", strings.Repeat("10ms ", 16)}
		if h.repeats {
			settings = append(settings, "--request-timeout", "2s")
		}
		receivers[h] = d.imitate(h.name, h.typ, h.program, settings...)
		if h.behave != (receiver.Behaviour{}) {
			receivers[h].Behave(h.behave)
		}
	}
	sent := numbered(0, 200)
	d.wnotify(joined(sent), "send", "--wait", "drain")
	for h, r := range receivers {
		r.Close() // waits for what it is storing
		got := kept(r)
		if h.repeats == (len(got) == len(sent)) || !slices.Equal(unique(got), sent) {
			t.Errorf("%s: %d events are stored, %d were sent", h.name, len(got), len(sent))
		}
	}
}

// TestExactlyOnce does what the examples of that name say: with batch_events of
// their integration, answers that are lost make repeats; their awk drops them,
// and so does a store that names documents by the key.
func TestExactlyOnce(t *testing.T) {
	for typ, p := range map[string]receiver.Program{"fluentd": &fake.Fluentd{AddHeaders: true}, "logstash": &fake.Logstash{AddHeaders: true}} {
		d := newDesk(t)
		folder := filepath.Join(examples, typ)
		feed, err := os.ReadFile(filepath.Join(folder, "exactly-once.toml"))
		d.must(err)
		batch := regexp.MustCompile(`(?m)^batch_events = (\d+)`).FindSubmatch(feed)
		conf, err := os.ReadFile(filepath.Join(folder, "exactly-once.conf"))
		d.must(err)
		recipe := regexp.MustCompile(`(?m)^#   (awk .*) /var/log/\w+/wallarm\.log$`).FindSubmatch(conf)
		if batch == nil || recipe == nil {
			t.Fatalf("%s: the example has no batch_events or no awk", typ)
		}

		r := d.imitate("siem", typ, p, "--batch-events", string(batch[1]), "--retry", strings.Repeat("10ms ", 16))
		sent := numbered(0, 30)
		d.wnotify(joined(sent[:10]), "send")
		r.Behave(receiver.Behaviour{Fault: receiver.Drop, Times: 5}) // stored, and no answer
		d.wnotify(joined(sent[10:]), "send", "--wait", "drain")
		stored := kept(r)
		if len(stored) != len(sent)+5 {
			t.Fatalf("%s: %d events are stored: no repeats to drop", typ, len(stored))
		}
		log := d.write("wallarm.log", []byte(joined(stored)))
		out, err := d.program("sh", "-c", string(recipe[1])+` "$1"`, "sh", log).CombinedOutput()
		d.must(err)
		once(d, typ+", awk", strings.Split(strings.TrimSpace(string(out)), "\n"), sent)

		documents := map[string]string{}
		var order []string
		for _, line := range stored {
			key := regexp.MustCompile(`(?i)idempotency_key":"([^"]+)"`).FindStringSubmatch(line)[1]
			if _, repeated := documents[key]; !repeated {
				order = append(order, line)
			}
			documents[key] = line
		}
		once(d, typ+", by key", order, sent)
	}
}

// once compares stored records with the events that were sent.
func once(d *desk, name string, stored, sent []string) {
	d.Helper()
	var got []string
	for _, line := range stored {
		got = append(got, recordKept(d, "", line)...)
	}
	var want []string
	for _, line := range sent {
		want = append(want, recordKept(d, "", line)...)
	}
	if !slices.Equal(got, want) {
		d.Errorf("%s: %d events are left, %d were sent\n%s", name, len(got), len(want), strings.Join(got, "\n"))
	}
}
