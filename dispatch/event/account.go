package event

// Account is used in what wnotify itself writes.
type Account struct {
	ClientName string // default TestCompany
	Cloud      string // US or EU
	Partner    string // the [Wallarm] of a summary
}
