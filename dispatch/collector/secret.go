package collector

import (
	"errors"
	"path/filepath"
	"strings"
)

// vault reveals secrets.
type vault struct {
	files  files
	getenv func(string) string
}

// reveal returns the value of a secret; what names it in errors. The warning
// is that of [files.read].
func (v *vault) reveal(what string, s Secret) (value string, warn, err error) {
	path := s.File
	switch {
	case s.Plain():
		return s.Text, nil, nil
	case s.Env != "":
		value = v.getenv(s.Env)
		if value == "" {
			return "", nil, &LocalError{What: what, Where: "$" + s.Env, Err: errors.New("the variable is not set")}
		}
		return value, nil, nil
	case s.Credential != "":
		dir := v.getenv("CREDENTIALS_DIRECTORY")
		if dir == "" {
			return "", nil, &LocalError{What: what, Where: s.Source(), Err: errors.New("$CREDENTIALS_DIRECTORY is not set: systemd sets it for LoadCredential=")}
		}
		if s.Credential != filepath.Base(s.Credential) {
			return "", nil, &LocalError{What: what, Where: s.Source(), Err: errors.New("the name of a credential has no slash")}
		}
		path = filepath.Join(dir, s.Credential)
	}
	data, warn, err := v.files.read(what, path, notEmpty)
	return cutLineEnd(data), warn, err
}

func notEmpty(data []byte) error {
	if cutLineEnd(data) == "" {
		return errors.New("it is empty")
	}
	return nil
}

func cutLineEnd(data []byte) string {
	s, ok := strings.CutSuffix(string(data), "\n")
	if ok {
		s = strings.TrimSuffix(s, "\r")
	}
	return s
}
