package memory

import (
	"context"
	"maps"
	"slices"

	"github.com/wnotify/wnotify/store"
)

// Lane describes one lane.
func (s *Store) Lane(ctx context.Context, name string) (store.Lane, error) {
	d, err := s.enter(ctx, "lane")
	if err != nil {
		return store.Lane{}, err
	}
	defer d.mu.Unlock()
	return d.look(name).describe(name, d.letters), nil
}

// Lanes describes the lanes that were written and not removed since.
func (s *Store) Lanes(ctx context.Context) ([]store.Lane, error) {
	d, err := s.enter(ctx, "lanes")
	if err != nil {
		return nil, err
	}
	defer d.mu.Unlock()
	var lanes []store.Lane
	for _, name := range slices.Sorted(maps.Keys(d.lanes)) {
		lanes = append(lanes, d.lanes[name].describe(name, d.letters))
	}
	return lanes, nil
}

// Read returns a run for each block, or for each part that is left of one.
func (s *Store) Read(ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
	d, err := s.enter(ctx, "read")
	if err != nil {
		return nil, err
	}
	defer d.mu.Unlock()
	return d.look(lane).read(from, limit), nil
}
