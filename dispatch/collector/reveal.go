package collector

// Reveal returns the value of a secret that belongs to no integration; what
// names it in errors, which are a *[LocalError] or a *[PermError].
func Reveal(what string, s Secret, getenv func(string) string) (string, error) {
	v := vault{getenv: getenv}
	value, _, err := v.reveal(what, s)
	return value, err
}
