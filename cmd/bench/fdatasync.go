//go:build bench && linux

package main

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// fdatasync returns the ms of writes of an event, each synced. They come as
// slowly as the events of trickle: a disk and a processor that rest take longer.
func (b *bench) fdatasync(ctx context.Context) ([]float64, error) {
	f, err := os.Create(filepath.Join(b.dir, "synced"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	pace := time.NewTicker(pause)
	defer pace.Stop()
	took := make([]float64, 150)
	for i := range took {
		select {
		case <-pace.C:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if _, err := f.Write(make([]byte, 1033)); err != nil {
			return nil, err
		}
		begun := time.Now()
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			return nil, err
		}
		took[i] = time.Since(begun).Seconds() * 1000
	}
	return took, nil
}
