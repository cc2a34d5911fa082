//go:build unix

package torture

// backlog leaves events that wait for an attempt, and others behind them.
func backlog(w *world) {
	for _, r := range w.collectors {
		w.check(r.Down())
	}
	w.send("s0", 4, command{args: []string{"send", "--wait", "0"}})
	w.send("s00", 3, command{args: []string{"enqueue"}})
	for _, r := range w.collectors {
		w.check(r.Up())
	}
}
