package faas

import "time"

// Audit is one line of the record of who did what. It is written in the transaction of the change it tells of.
type Audit struct {
	ID        string
	ProjectID string
	At        time.Time
	Actor     string // name shown to people
	ActorID   string
	Door      Door
	RequestID string
	Address   string
	Action    string // noun.verb: "function.create"
	Target    string // id of the thing changed
	Detail    string // a few words: "invoice-pdf", "invoice-pdf #42"
}
