// Command wnotify reads security events as JSON, keeps them safe on disk and
// delivers them to HTTPS collectors, however often it takes.
package main

import (
	"os"

	"github.com/wnotify/wnotify/cmd"
)

func main() { os.Exit(cmd.Main(cmd.System())) }
