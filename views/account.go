package views

import "verso/faas"

// AccountProps is the page of one's own account. The fields of the form are old and password.
type AccountProps struct {
	Page   Page
	Person faas.Person // with an issuer there is no password to change
	Err    error
}

// SessionListProps is the page of one's own sessions.
type SessionListProps struct {
	Page    Page
	List    []faas.Session // last seen first
	Current string         // id of the one that looks
}
