// Package events holds one sample event for each notification type, a line a
// file: what wnotify prints as a sample, what it sends as a test, and what tests
// read. Where Wallarm has published a notification, the sample is that one.
package events

import "embed"

// Samples are the files TYPE.json.
//
//go:embed *.json
var Samples embed.FS
