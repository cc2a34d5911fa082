// Command manpages writes the manual of wnotify into a folder: a page of
// section 1 for each command, made from its help, and one of section 7 for each
// topic. Packages carry them; the program itself does not.
//
//	go run ./cmd/manpages FOLDER
//
// The date is that of SOURCE_DATE_EPOCH (seconds), so that two builds of a
// commit are the same; without it a page has none.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./cmd/manpages FOLDER")
		os.Exit(64)
	}
	day, err := date(os.Getenv("SOURCE_DATE_EPOCH"))
	if err == nil {
		err = newManual(day).write(os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error: the manual was not written:", err)
		os.Exit(73)
	}
}
