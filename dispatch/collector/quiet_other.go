//go:build !unix

package collector

import "net"

// quiet cannot look without reading here: what the collector closed in the
// meantime shows when the request is written.
func quiet(net.Conn) bool { return true }
