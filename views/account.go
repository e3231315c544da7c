package views

import (
	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

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

func (p AccountProps) oldField() ui.Control {
	return ui.Control{
		Name: "old", Label: "Current password", Required: true, Problem: problemsOf(p.Err).of("old"),
		Attrs: templ.Attributes{"data-msg-required": "Enter the current password."},
	}
}

// personMay is what somebody may do beside what their roles in projects say.
func personMay(who faas.Person, own bool) string {
	switch {
	case who.Admin:
		return "administer this installation: people, and every project as its owner"
	case own:
		return "work in the projects that you are a member of"
	}
	return "work in the projects that they are a member of"
}

// signsInWith is how somebody proves who they are.
func signsInWith(who faas.Person) string {
	if who.Issuer != "" {
		return who.Issuer
	}
	return "a password"
}
