//go:build bench && linux

package main

import "context"

// start is T4: one event in a file. Ours runs once with a state that is there,
// as all runs but the first of a machine do, and once without.
func (b *bench) start(ctx context.Context) error {
	const runs = 7 // of each, in each round
	if err := b.prepare(1); err != nil {
		return err
	}
	address := b.sink.Plain + "/0"
	sending := contestant{name: "wnotify, one event", argv: []string{b.wnotify, "send"}, file: b.file(1), paths: 1, events: 1, ours: true}
	all := make([][]sample, 4)
	for range b.rounds * runs {
		if err := b.configure([]string{address}, ""); err != nil {
			return err
		}
		contestants := []contestant{sending, sending, b.bare(1, b.sink.Plain)}
		contestants[2].feed, contestants[2].file = nil, b.file(1)
		if has("curl") {
			curl := []string{"curl", "-sS", "-o", "/dev/null", "-H", "Content-Type: application/json", "--data-binary", "@-", address}
			contestants = append(contestants, contestant{name: "curl", argv: curl, file: b.file(1), paths: 1, events: 1})
		}
		for i, c := range contestants {
			s, err := b.measure(ctx, c)
			if err != nil {
				return err
			}
			all[i] = append(all[i], s)
		}
	}
	delivered := func(s sample) float64 { return s.delivered.Seconds() * 1000 }
	exited := func(s sample) float64 { return s.exited.Seconds() * 1000 }
	b.compare("T4", "one event, ms to delivered", "curl", each(all[1], delivered), each(all[3], delivered), most(1.6))
	b.compare("T4", "ms to its end", "curl", each(all[1], exited), each(all[3], exited), most(1.8))
	b.compare("T4", "the first run ever, ms to delivered", "curl", each(all[0], delivered), each(all[3], delivered), target{})
	b.compare("T4", "one event, ms to its end", "bare net/http", each(all[1], exited), each(all[2], exited), target{})
	return nil
}
