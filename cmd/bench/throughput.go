//go:build bench && linux

package main

import "context"

// one is T1: a pipe, one collector.
func (b *bench) one(ctx context.Context) error {
	n := b.events
	contenders := []contender{b.sending(n, urls(b.sink.Plain, 1)...), b.limit(n)}
	if b.logging != "" {
		contenders = append(contenders, b.log(n, 1, false), b.log(n, 1, true))
	}
	all, err := b.interleave(ctx, contenders...)
	if err != nil {
		return err
	}
	ours, bare, memory, reliable := all[0], all[1], pick(all, 2), pick(all, 3)
	cpu := func(s sample) float64 { return s.perMillion(n) }
	speed := func(s sample) float64 { return float64(n) / s.delivered.Seconds() }
	b.compare("T1", "one collector, CPU s/M", "syslog-ng, memory", each(ours, cpu), each(memory, cpu), most(1.2))
	b.compare("T1", "the same", "syslog-ng, reliable", each(ours, cpu), each(reliable, cpu), most(0.25))
	b.compare("T1", "the same", "bare net/http", each(ours, cpu), each(bare, cpu), target{})
	b.compare("T1", "events/s", "syslog-ng, memory", each(ours, speed), each(memory, speed), least(0.9))
	b.within("T1", "most memory, MiB", "MiB", each(ours, resident), most(96))
	return nil
}

// ten is T2: ten collectors, by delivery.
func (b *bench) ten(ctx context.Context) error {
	n := b.events / 5
	contenders := []contender{b.sending(n, urls(b.sink.Plain, 10)...)}
	if b.logging != "" {
		contenders = append(contenders, b.log(n, 10, false))
	}
	all, err := b.interleave(ctx, contenders...)
	if err != nil {
		return err
	}
	cpu := func(s sample) float64 { return s.perMillion(10 * n) }
	b.compare("T2", "ten collectors, CPU s/M deliveries", "syslog-ng, memory", each(all[0], cpu), each(pick(all, 1), cpu), most(0.55))
	b.within("T2", "most memory, MiB", "MiB", each(all[0], resident), most(128))
	return nil
}

// tls is T3: what TLS costs, beside what it costs a bare program.
func (b *bench) tls(ctx context.Context) error {
	n := b.events
	all, err := b.interleave(ctx,
		b.sending(n, urls(b.sink.Plain, 1)...), b.sending(n, urls(b.sink.TLS, 1)...),
		b.limit(n), func(context.Context) (contestant, error) { return b.bare(n, b.sink.TLS, "-ca", b.sink.ca), nil })
	if err != nil {
		return err
	}
	cpu := func(s sample) float64 { return s.perMillion(n) }
	var allowed []float64
	for i := range b.rounds {
		allowed = append(allowed, cpu(all[0][i])+cpu(all[3][i])-cpu(all[2][i]))
	}
	b.compare("T3", "TLS, CPU s/M", "without TLS, and what TLS adds to bare net/http", each(all[1], cpu), allowed, most(1))
	b.compare("T3", "the same", "bare net/http with TLS", each(all[1], cpu), each(all[3], cpu), target{})
	return nil
}

// down is T8: a collector that refuses connections; all is kept.
func (b *bench) down(ctx context.Context) error {
	n := b.events
	nobody := "http://127.0.0.1:1/0" // tcpmux, which nobody runs
	all, err := b.interleave(ctx, b.sending(n, urls(b.sink.Plain, 1)...), func(context.Context) (contestant, error) {
		c := contestant{name: "wnotify, collector down", argv: []string{b.wnotify, "send", "--wait", "0"}, feed: b.feed(n), ours: true}
		return c, b.configure([]string{nobody}, "")
	})
	if err != nil {
		return err
	}
	cpu := func(s sample) float64 { return s.perMillion(n) }
	b.compare("T8", "collector down, CPU s/M", "T1 in the same rounds", each(all[1], cpu), each(all[0], cpu), most(0.6))
	return b.expectQueued(ctx, "T8", n)
}

// limit is the bare program without TLS.
func (b *bench) limit(n int) contender {
	return func(context.Context) (contestant, error) { return b.bare(n, b.sink.Plain), nil }
}

// log is syslog-ng.
func (b *bench) log(n, collectors int, reliable bool) contender {
	return func(context.Context) (contestant, error) { return b.syslog(n, collectors, reliable) }
}

// pick returns the samples of a contestant, none when it did not take part.
func pick(all [][]sample, i int) []sample {
	if i < len(all) {
		return all[i]
	}
	return nil
}

func resident(s sample) float64 { return s.memory }
