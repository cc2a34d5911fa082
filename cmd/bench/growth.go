//go:build bench && linux

package main

import (
	"context"
	"fmt"
	"strings"
)

const (
	flat  = 1.1  // of CPU: within 10 %
	level = 1.25 // of memory, whose most is a matter of chance
)

// growth is the first part of T7: ten times the events.
func (b *bench) growth(ctx context.Context) error {
	sizes := []int{b.events / 10, b.events}
	if b.long {
		sizes = append(sizes, 10*b.events)
	}
	var contenders []contender
	for _, n := range sizes {
		contenders = append(contenders, b.sending(n, urls(b.sink.Plain, 1)...))
	}
	all, err := b.interleave(ctx, contenders...)
	if err != nil {
		return err
	}
	for i, n := range sizes[1:] {
		less := sizes[i]
		few := each(all[i], func(s sample) float64 { return s.perMillion(less) })
		many := each(all[i+1], func(s sample) float64 { return s.perMillion(n) })
		b.compare("T7", fmt.Sprint(n, " events, CPU s/M"), fmt.Sprint("with ", less), many, few, most(flat))
		b.compare("T7", fmt.Sprint(n, " events, MiB"), fmt.Sprint("with ", less), each(all[i+1], resident), each(all[i], resident), most(level))
	}
	return nil
}

// integrations is the second part: 1, 10 and 100 of them, by delivery.
func (b *bench) integrations(ctx context.Context) error {
	sides := []struct{ integrations, events int }{{1, b.events}, {10, b.events / 5}, {100, b.events / 50}}
	var contenders []contender
	for _, s := range sides {
		contenders = append(contenders, b.sending(s.events, urls(b.sink.Plain, s.integrations)...))
	}
	all, err := b.interleave(ctx, contenders...)
	if err != nil {
		return err
	}
	cpu := func(i int) []float64 {
		return each(all[i], func(s sample) float64 { return s.perMillion(sides[i].integrations * sides[i].events) })
	}
	for i := range sides[1:] {
		b.compare("T7", fmt.Sprint(sides[i+1].integrations, " integrations, CPU s/M deliveries"), fmt.Sprint("with ", sides[i].integrations), cpu(i+1), cpu(i), most(flat))
	}
	b.within("T7", "100 integrations, MiB", "MiB", each(all[2], resident), target{})
	return nil
}

// triggers is the third part: those of a condition that no event has cost
// nothing, and those that have to look cost no more each when they are more.
func (b *bench) triggers(ctx context.Context) error {
	with := func(n, triggers int, condition string) contender {
		return func(context.Context) (contestant, error) {
			return b.send(n, 1), b.configure(urls(b.sink.Plain, 1), rules(triggers, condition))
		}
	}
	n, few := b.events, b.events/10
	all, err := b.interleave(ctx, with(n, 0, ""), with(n, 1000, "user_added"), with(n, 1, "hits"),
		with(few, 1, "hits"), with(few, 250, "hits"), with(few, 1000, "hits"))
	if err != nil {
		return err
	}
	cpu := func(i, n int) []float64 { return each(all[i], func(s sample) float64 { return s.perMillion(n) }) }
	b.compare("T7", "1000 triggers of another condition, CPU s/M", "with none", cpu(1, n), cpu(0, n), most(flat))
	b.compare("T7", "1 trigger that looks, CPU s/M", "with none", cpu(2, n), cpu(0, n), target{})
	first := cpu(3, few)
	b.compare("T7", "1000 that look: what each after the first adds, CPU s/M", "with 250", share(cpu(5, few), first, 999), share(cpu(4, few), first, 249), most(flat))
	b.compare("T7", "1000 that look, MiB", "with one", each(all[5], resident), each(all[3], resident), most(level))
	return nil
}

// share is what each of n adds.
func share(with, without []float64, n int) []float64 {
	all := differences(with, without)
	for i := range all {
		all[i] /= float64(n)
	}
	return all
}

// rules are n triggers that never fire.
func rules(n int, condition string) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "\n[trigger.t%d]\ncondition = %q\nintegrations = [\"i0\"]\n", i, condition)
		if condition == "hits" {
			fmt.Fprintf(&text, "threshold = { more_than = 1000000000, per = \"1h\" }\nfilters = [ { field = \"domain\", values = [\"shop-%d.example.com\"] } ]\n", i)
		}
	}
	return text.String()
}
