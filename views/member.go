package views

import "verso/faas"

// MemberListProps is the page of a project's members. The fields of the form that adds one are person and role; each
// row has a form with the field role.
type MemberListProps struct {
	Page Page
	At   faas.Page // the page of the list that was asked for
	List faas.List[faas.Member]
	Form MemberForm
	Err  error // of either form
}

// MemberForm is what the fields hold, as typed.
type MemberForm struct{ Person, Role string }

// MemberRemoveProps is the confirmation before a member is removed.
type MemberRemoveProps struct {
	Page   Page
	Member faas.Member
	Own    bool // the member is who is looking
	Err    error
}
