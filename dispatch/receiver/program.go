package receiver

// Program is a collector that the receiver imitates. What [Receiver.Behave]
// asks for goes first.
type Program interface {
	// Greet says how a request is met of which only the header is known. A zero
	// Behaviour reads on.
	Greet(q Request) Behaviour

	// Take looks at a request that is there: Body is without its content coding,
	// or nil with Problem when it has none that is known. It sets Events and
	// Stored to what the collector keeps, and returns the answer.
	Take(q *Request) Answer
}

// Answer is what a program says to a request.
type Answer struct {
	Status int
	Body   string
}
