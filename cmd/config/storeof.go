package config

import (
	"bytes"
	"strings"
)

// StoreOf returns the [store] of a configuration that may be wrong elsewhere.
// False: where the queue is cannot be told, since what is wrong is in that
// table, or may be hiding it.
func StoreOf(src []byte) (Store, bool) {
	root, faults := parse(src)
	r := &reader{places: newPlaces(src), partial: len(faults) > 0}
	f := &File{root: root}
	f.decode(value{root, r, ""})
	wrong, _ := r.sorted()
	for _, p := range wrong {
		if p.Key == "store" || strings.HasPrefix(p.Key, "store.") {
			return f.Store, false
		}
	}
	table := root.member("store")
	switch {
	case r.partial && table.member("engine") == nil:
		return f.Store, !speaksOfStores(src)
	case r.partial && f.Store.Engine == "nats" && len(f.Store.URLs) == 0:
		return f.Store, false
	case table == nil && r.misspelt[root]:
		return f.Store, !speaksOfStores(src)
	default:
		return f.Store, true
	}
}

// speaksOfStores reports whether a text that cannot be read may have a [store].
func speaksOfStores(src []byte) bool {
	src = bytes.ToLower(src)
	return bytes.Contains(src, []byte("store")) || bytes.Contains(src, []byte("engine")) || bytes.Contains(src, []byte("nats"))
}

// LoadStore is [StoreOf] for a file. What cannot be read tells nothing.
func LoadStore(path string) (Store, bool) {
	src, info, err := readFile(path)
	if err != nil || writableByOthers(path, info) != nil {
		return Store{}, false
	}
	return StoreOf(src)
}
