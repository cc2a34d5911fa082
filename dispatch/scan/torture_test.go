//go:build torture

package scan

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

var (
	tortureN    = flag.Int("torture.n", 1_000_000, "mutated inputs to compare; 0 sets no limit")
	tortureFor  = flag.Duration("torture.for", 0, "time after which to stop before that; 0 sets no limit")
	tortureSeed = flag.Uint64("torture.seed", rand.Uint64(), "seed of the mutations")
)

// TestTorture compares the scanner with the standard library on events and
// small documents with a few bytes changed, and says how many it compared:
//
//	go test -v -tags torture -run Torture -timeout 0 ./dispatch/scan -torture.n 100000000
//
// Several processes share the work, since each has a seed of its own.
func TestTorture(t *testing.T) {
	most := *tortureN
	if most == 0 {
		most = math.MaxInt
	}
	begun, compared := time.Now(), 0
	defer func() {
		took := time.Since(begun)
		t.Logf("seed %d: %d inputs compared in %v, %.0f a second", *tortureSeed, compared, took.Round(time.Second), float64(compared)/took.Seconds())
	}()
	r := rand.New(rand.NewPCG(*tortureSeed, 1))
	events := [][]byte{}
	for rest := sample(200, *tortureSeed); len(rest) > 0; {
		end, err := Value(rest, nil)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, rest[:end])
		rest = rest[end+1:]
	}
	var data []byte
	for i := range most {
		if i%1024 == 0 && *tortureFor > 0 && time.Since(begun) > *tortureFor {
			break
		}
		data = data[:0]
		if i%64 == 0 {
			data = append(data, events[r.IntN(len(events))]...)
		} else {
			data = document(data, r, 4)
		}
		for range r.IntN(4) {
			data = mutate(data, r)
		}
		compare(t, data)
		track(t, data, r.IntN(len(data)+1))
		if i%16 == 0 {
			compareFields(t, data)
		}
		compared++
	}
}

// alphabet has the bytes that matter to a scanner more often than others.
const alphabet = "{}[]:,\"\"\\/bfnrtu0123456789-+.eE \t\r\ntruefalsn\x00\x1f\x20\x7f\x80\xbf\xc2\xe0\xa0\xed\x9f\xf0\x90\xf4\x8f\xff"

func mutate(data []byte, r *rand.Rand) []byte {
	if len(data) == 0 {
		return append(data, alphabet[r.IntN(len(alphabet))])
	}
	i := r.IntN(len(data))
	switch r.IntN(5) {
	case 0:
		data[i] = alphabet[r.IntN(len(alphabet))]
	case 1:
		data[i] ^= 1 << r.IntN(8)
	case 2:
		data = append(data[:i], data[i+1:]...)
	case 3:
		data = append(data, 0)
		copy(data[i+1:], data[i:])
		data[i] = alphabet[r.IntN(len(alphabet))]
	default:
		data = data[:i]
	}
	return data
}

// document appends a random valid value.
func document(b []byte, r *rand.Rand, depth int) []byte {
	blank := func() {
		if r.IntN(8) == 0 {
			b = append(b, " \t\r\n"[r.IntN(4)])
		}
	}
	kind := r.IntN(8)
	if depth == 0 {
		kind %= 5
	}
	switch kind {
	case 0, 1:
		return randomText(b, r)
	case 2, 3:
		return randomNumber(b, r)
	case 4:
		return append(b, []string{"true", "false", "null"}[r.IntN(3)]...)
	}
	object := r.IntN(3) > 0
	marks := "[]"
	if object {
		marks = "{}"
	}
	b = append(b, marks[0])
	for k := range r.IntN(5) {
		if k > 0 {
			blank()
			b = append(b, ',')
		}
		blank()
		if object {
			b = randomName(b, r)
			blank()
			b = append(b, ':')
			blank()
		}
		b = document(b, r, depth-1)
	}
	blank()
	return append(b, marks[1])
}

var names = []string{`"details"`, `"hit"`, `"headers"`, `"notification_type"`, `"experimental"`, `"vuln"`, `"threat"`, `"a"`}

func randomName(b []byte, r *rand.Rand) []byte {
	if r.IntN(2) == 0 {
		return append(b, names[r.IntN(len(names))]...)
	}
	return randomText(b, r)
}

func randomText(b []byte, r *rand.Rand) []byte {
	b = append(b, '"')
	for range r.IntN(20) {
		switch r.IntN(30) {
		case 0:
			b = append(b, []string{`\n`, `\"`, `\\`, `\u00e9`, `\ud83d\ude00`, `\uDc00`}[r.IntN(6)]...)
		case 1:
			b = append(b, []string{"\u00e9", "\u0800", "\ud7ff", "\ue000", "\U00010000", "\U0010ffff"}[r.IntN(6)]...)
		default:
			b = append(b, byte('a'+r.IntN(26)))
		}
	}
	return append(b, '"')
}

func randomNumber(b []byte, r *rand.Rand) []byte {
	if r.IntN(3) == 0 {
		b = append(b, '-')
	}
	if r.IntN(4) == 0 {
		b = append(b, '0')
	} else {
		b = append(b, byte('1'+r.IntN(9)))
		for range r.IntN(18) {
			b = append(b, byte('0'+r.IntN(10)))
		}
	}
	if r.IntN(3) == 0 {
		b = append(b, '.', byte('0'+r.IntN(10)), byte('0'+r.IntN(10)))
	}
	if r.IntN(5) == 0 {
		b = append(b, []string{"e1", "E-20", "e+3"}[r.IntN(3)]...)
	}
	return b
}
