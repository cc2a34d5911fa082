package bolt

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// faults listens to bbolt's log for the one thing its errors leave out: the
// number of the system's error when the file cannot grow. It prints nothing.
type faults struct{ last error }

var _ bbolt.Logger = (*faults)(nil)

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
