package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"
	"testing"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

func TestEveryExitCodeHasItsPlaceInThePrecedence(t *testing.T) {
	var codes []int
	names := map[string]bool{}
	for _, e := range Exits() {
		codes = append(codes, e.Code)
		if names[e.Name] || e.Name == "" || e.Meaning == "" {
			t.Errorf("row %+v", e)
		}
		names[e.Name] = true
	}
	if !slices.IsSorted(codes) {
		t.Errorf("not in order: %v", codes)
	}
	ranked := slices.Sorted(slices.Values(precedence))
	if !slices.Equal(codes, ranked) {
		t.Errorf("the table has %v, the precedence %v", codes, ranked)
	}
}

func TestCombine(t *testing.T) {
	for _, tt := range []struct {
		codes []int
		want  int
	}{
		{nil, 0},
		{[]int{0, 0}, 0},
		{[]int{1, 0}, 1},
		{[]int{65, 69}, 65},
		{[]int{65, 75, 77}, 75},
		{[]int{130, 74}, 74},
		{[]int{143, 78, 64}, 143},
		{[]int{66, 73, 1}, 66},
		{[]int{74, 70}, 70},
		{[]int{99}, 70},
	} {
		if got := Combine(tt.codes...); got != tt.want {
			t.Errorf("Combine(%v) = %d, want %d", tt.codes, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOf(rapid.SampledFrom(precedence)).Draw(t, "codes")
		got := Combine(codes...)
		slices.Reverse(codes)
		if again := Combine(codes...); again != got {
			t.Fatalf("the order counts: %d, %d", got, again)
		}
		if len(codes) > 0 && !slices.Contains(codes, got) {
			t.Fatalf("%d is none of %v", got, codes)
		}
	})
}

func TestDiagnoses(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		code int
	}{
		"anything":            {errors.New("it rained"), 1},
		"usage":               {usagef("no"), 64},
		"usage, wrapped":      {fmt.Errorf("in a command: %w", usagef("no")), 64},
		"panic":               {&internalError{what: "nil map"}, 70},
		"SIGINT":              {&StoppedError{Signal: syscall.SIGINT}, 130},
		"SIGTERM":             {&StoppedError{Signal: syscall.SIGTERM}, 143},
		"stdout":              {&ui.WriteError{Err: syscall.ENOSPC}, 73},
		"stdout, closed":      {&ui.WriteError{Err: syscall.EPIPE}, 73},
		"locked":              {fmt.Errorf("open the state: %w", store.ErrBusy), 75},
		"full disk":           {store.ErrDiskFull, 75},
		"full queue":          {&store.FullError{Room: map[string]int64{"siem": 0}}, 75},
		"read-only":           {store.ErrReadOnly, 74},
		"not ours to write":   {fmt.Errorf("%w: %w", store.ErrReadOnly, &os.PathError{Op: "mkdir", Path: "/x", Err: syscall.EACCES}), 77},
		"newer":               {store.ErrNewer, 78},
		"damaged":             {&store.CorruptError{What: "block"}, 74},
		"the command knows":   {&failure{code: 66, err: errors.New("no file")}, 66},
		"permission":          {&os.PathError{Op: "open", Path: "/x", Err: syscall.EACCES}, 77},
		"input/output error":  {&os.PathError{Op: "read", Path: "/x", Err: syscall.EIO}, 74},
		"full disk somewhere": {&os.PathError{Op: "write", Path: "/x", Err: syscall.ENOSPC}, 75},
		"another file error":  {&os.PathError{Op: "open", Path: "/x", Err: syscall.ENOENT}, 1},
		"config not ours":     {hiddenQueue("/x", &config.ReadError{Path: "/x", Err: syscall.EACCES}), 77},
		"config wrong":        {hiddenQueue("/x", errors.New("wrong")), 78},
		"another user's":      {&bolt.OwnerError{Path: "/var/lib/wnotify"}, 77},
	} {
		t.Run(name, func(t *testing.T) {
			d := diagnose(tt.err)
			if d.Code != tt.code || d.Name != exitName(tt.code) || d.Message == "" {
				t.Errorf("got %+v, want code %d", d, tt.code)
			}
		})
	}
}

func TestJoinedErrorsAreToldOneByOne(t *testing.T) {
	a, b := errors.New("a"), errors.New("b")
	got := single(errors.Join(a, errors.Join(b, fmt.Errorf("deliver: %w", context.Canceled))))
	if !slices.Equal(got, []error{a, b}) {
		t.Errorf("got %v", got)
	}
	if got := single(context.Canceled); len(got) != 1 {
		t.Errorf("a lone cancellation: %v", got)
	}
	if single(nil) != nil {
		t.Error("nil is an error")
	}
	sentence := fmt.Errorf("%w: %w", store.ErrReadOnly, &os.PathError{Op: "open", Path: "/x", Err: syscall.EACCES})
	if got := single(errors.Join(sentence, a)); len(got) != 2 || got[0].Error() != "the state folder cannot be written: open /x: permission denied" {
		t.Errorf("a sentence about two errors: %v", got)
	}
}
