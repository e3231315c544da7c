package views

import "verso/faas"

// ProjectListProps is the page of one's projects. Administrators get the form for a new one; its field is name.
type ProjectListProps struct {
	Page Page
	List []ProjectRow // by name
	Name string       // of the new project, as it was typed
	Err  error
}

// ProjectRow is a project with what the person may do in it.
type ProjectRow struct {
	Name string
	Role faas.Role
}

// ProtectedTagsProps is the form of a project's protected tags. Its field is tags: words between commas or spaces.
type ProtectedTagsProps struct {
	Page Page
	Tags string // as stored, or as typed
	Err  error
}
