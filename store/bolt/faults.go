package bolt

import (
	"fmt"
	"strings"

	"go.etcd.io/bbolt"
)

// faults listens to bbolt's log for the one thing its errors leave out: the
// number of the system's error when the file cannot grow. It prints nothing.
type faults struct{ last error }

var _ bbolt.Logger = (*faults)(nil)

// cause puts the system's error in the place of what bbolt only quotes, or
// beside it.
func (l *faults) cause(err error) error {
	switch {
	case err == nil || l.last == nil:
		return err
	case strings.Contains(err.Error(), l.last.Error()):
		return l.last
	}
	return fmt.Errorf("%w (%w)", err, l.last)
}

func (*faults) Debug(...any)            {}
func (*faults) Debugf(string, ...any)   {}
func (*faults) Info(...any)             {}
func (*faults) Infof(string, ...any)    {}
func (*faults) Warning(...any)          {}
func (*faults) Warningf(string, ...any) {}
func (*faults) Error(...any)            {}
func (*faults) Fatal(v ...any)          { panic(fmt.Sprint(v...)) }
func (*faults) Fatalf(f string, v ...any) {
	panic(fmt.Sprintf(f, v...))
}
func (*faults) Panic(v ...any)            { panic(fmt.Sprint(v...)) }
func (*faults) Panicf(f string, v ...any) { panic(fmt.Sprintf(f, v...)) }

func (l *faults) Errorf(_ string, v ...any) {
	for _, x := range v {
		if err, ok := x.(error); ok && (isFull(err) || isReadOnly(err)) {
			l.last = err
		}
	}
}
