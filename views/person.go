package views

import "verso/faas"

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
	Sessions []faas.Session // theirs, last seen first
	Own      bool           // it is the administrator's own page
	Err      error
}
