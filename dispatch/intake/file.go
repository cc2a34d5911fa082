package intake

import (
	"os"
)

// openRegular reads a regular file; f is nil if it is not there yet.
func openRegular(path string, f *os.File, o Options) *Reader {
	if o.Follow {
		w := &follower{path: path, options: o}
		closer := func() error { return nil } // it closes what it opens
		return newReader(path, o, closer, func(p *pump) error { return w.run(p, f) })
	}
	return newReader(path, o, f.Close, func(p *pump) error {
		seg, r, err := (&file{File: f, options: o}).locate()
		if err != nil {
			return err
		}
		p.send(chunk{begin: seg})
		return p.copyFrom(r)
	})
}
