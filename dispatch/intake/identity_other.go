//go:build !unix

package intake

import "io/fs"

// identify returns the identity of a file; false where files have none.
func identify(fs.FileInfo) (identity, bool) { return identity{}, false }
