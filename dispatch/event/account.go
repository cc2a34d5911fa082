package event

// Account is used in what wnotify itself writes.
type Account struct {
	ClientName string // default TestCompany
	Cloud      string // US or EU
	Partner    string // the [Wallarm] of a summary
}

// DefaultAccount is the account of a configuration that names none.
func DefaultAccount() Account {
	return Account{ClientName: "TestCompany", Cloud: "US", Partner: "Wallarm"}
}

// prefix is what every summary begins with.
func (a Account) prefix() string { return "[" + a.Partner + "] " }

func (a Account) summary(title string) string { return a.prefix() + title }

// The addresses of Wallarm Console in each cloud.
const (
	consoleUS = "https://us1.my.wallarm.com/"
	consoleEU = "https://my.wallarm.com/"
)

// console is where links of the account lead.
func (a Account) console() string {
	if a.Cloud == "EU" {
		return consoleEU
	}
	return consoleUS
}
