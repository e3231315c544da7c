package views

import (
	"verso/faas"
	"verso/views/ui"
)

// PersonListProps is the page of everybody, for administrators. The fields of the form are name, password and admin (1).
type PersonListProps struct {
	Page Page
	At   faas.Page // the page of the list that was asked for
	List faas.List[faas.Person]
	Form PersonForm
	Err  error
}

// PersonForm is what the fields hold; a password never comes back.
type PersonForm struct {
	Name  string
	Admin bool
}

// PersonProps is somebody's page, for administrators. The field of the form for another password is password.
type PersonProps struct {
	Page     Page
	Person   faas.Person
	Members  []faas.Member  // where they are one, by the projects' names
	Sessions []faas.Session // theirs, last seen first
	Own      bool           // it is the administrator's own page
	Err      error
}

func (p PersonListProps) adminField() ui.Control {
	return ui.Control{
		Name: "admin", Label: "Administrator of this installation", Problem: problemsOf(p.Err).of("admin"),
		Hint: "Adds and disables people, makes projects, and is an owner of every project.",
	}
}

func (p PersonListProps) links() ui.PagerLinks { return pagerLinks(p.List, PeopleListURL) }

// noProjects is what somebody may enter who is a member of nothing.
func (p PersonProps) noProjects() string {
	if p.Person.Admin {
		return "Member of no project; as an administrator an owner of every one."
	}
	return "Member of no project yet. An owner of one adds them there, or you do."
}

// disablingNote is what happens to somebody who is kept out.
func (p PersonProps) disablingNote() string {
	note := "Their sessions end at once, and their tokens and access keys open nothing. What they made stays, under their name. They can be enabled again."
	if p.Own {
		return "This is you: you will be signed out and cannot undo it yourself. " + note
	}
	return note
}

// adminNote is what an administrator is, or what is left without it.
func (p PersonProps) adminNote() string {
	note := "An administrator adds and disables people, makes projects, and is an owner of every project."
	if p.Person.Admin {
		note += " Without that, what is left are the roles that were given in projects."
	}
	if p.Person.Admin && p.Own {
		note += " This is you: you cannot undo it yourself."
	}
	if p.Person.Issuer != "" {
		note += " Where groups of the identity provider make administrators, they decide again at the next sign-in."
	}
	return note
}

// passwordNote is what happens with another password.
func (p PersonProps) passwordNote() string {
	if p.Person.Issuer != "" {
		return "They sign in with " + p.Person.Issuer + "; a password here lets them confirm what asks for one. All their sessions end."
	}
	return "All their sessions end. Tell them the password in person; they can change it under Account."
}
