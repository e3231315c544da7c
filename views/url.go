package views

import (
	"net/url"
	"strconv"

	"verso/faas"
)

// Every URL of the dashboard is made here. Names and ids are escaped although the patterns leave nothing to escape:
// an old link or a hand-typed one may hold anything.

// HomeURL leads to the default project.
func HomeURL() string { return "/" }

// ProjectURL is the project's front door; it leads on to its functions.
func ProjectURL(project string) string { return "/projects/" + url.PathEscape(project) }

// FunctionsURL is the list of functions; creating posts to it.
func FunctionsURL(project string) string { return ProjectURL(project) + "/functions" }

// FunctionListURL is the list of functions as the filter asks for it.
func FunctionListURL(project string, f faas.FunctionFilter) string {
	q := query{}
	q.add("q", f.Text)
	q.add("tag", f.Tag)
	q.add("runtime", f.Runtime)
	q.add("author", f.Author)
	q.add("status", string(f.Status))
	q.add("sort", string(f.Sort))
	q.page(f.Page)
	return FunctionsURL(project) + q.String()
}

// FunctionNewURL is the form for a new function.
func FunctionNewURL(project string) string { return FunctionsURL(project) + "/new" }

// FunctionURL is the function's page.
func FunctionURL(project, function string) string {
	return FunctionsURL(project) + "/" + url.PathEscape(function)
}

// FunctionEditURL is the form that edits the function and the address it posts to.
func FunctionEditURL(project, function string) string {
	return FunctionURL(project, function) + "/edit"
}

// TagRemoveURL is where taking a tag off its version posts to.
func TagRemoveURL(project, function, tag string) string {
	return FunctionURL(project, function) + "/tags/" + url.PathEscape(tag) + "/remove"
}

// FunctionDeleteURL is the confirmation before deleting and the address it posts to.
func FunctionDeleteURL(project, function string) string {
	return FunctionURL(project, function) + "/delete"
}

// VersionsURL is the list of versions; creating posts to it.
func VersionsURL(project, function string) string {
	return FunctionURL(project, function) + "/versions"
}

// VersionListURL is the list of versions as the filter asks for it.
func VersionListURL(project, function string, f faas.VersionFilter) string {
	q := query{}
	q.add("q", f.Text)
	q.add("tag", f.Tag)
	q.add("runtime", f.Runtime)
	q.add("author", f.Author)
	q.add("source", string(f.Source))
	q.add("status", string(f.Status))
	if f.Oldest {
		q.add("order", "oldest")
	}
	q.page(f.Page)
	return VersionsURL(project, function) + q.String()
}

// NewVersionQuery is the query of the form for a new version. Zero fields are left out.
type NewVersionQuery struct {
	Source       faas.OriginKind
	From         int64  // number of the version whose settings prefill the form
	Copy         int64  // number of the version to be copied
	CopyFunction string // and its function's name
	Find         string // search text of the picker
	Retry        string // id of the failed operation to be tried again
}

// VersionNewURL is the form for a new version.
func VersionNewURL(project, function string, n NewVersionQuery) string {
	q := query{}
	q.add("source", string(n.Source))
	q.number("from", n.From)
	q.add("copy_function", n.CopyFunction)
	q.number("copy", n.Copy)
	q.add("find", n.Find)
	q.add("retry", n.Retry)
	return VersionsURL(project, function) + "/new" + q.String()
}

// CheckObjectURL is where the form asks about a bucket's object.
func CheckObjectURL(project, function string) string {
	return VersionsURL(project, function) + "/check-object"
}

// VersionURL is the version's page.
func VersionURL(project, function string, number int64) string {
	return VersionsURL(project, function) + "/" + strconv.FormatInt(number, 10)
}

// FolderURL is the version's page with one folder of its package open, from the entry behind after.
func FolderURL(project, function string, number int64, folder, after string) string {
	q := query{}
	q.add("folder", folder)
	q.add("after", after)
	return VersionURL(project, function, number) + q.String() + "#files"
}

// PackageURL is the version's package as a download.
func PackageURL(project, function string, number int64) string {
	return VersionURL(project, function, number) + "/package"
}

// RevealURL is where the value of one variable is shown, after the password was asked for again; it posts to itself.
func RevealURL(project, function string, number int64, name string) string {
	return VersionURL(project, function, number) + "/environment/" + url.PathEscape(name) + "/reveal"
}

// OperationURL is the operation's page; with HX-Request its card alone.
func OperationURL(id string) string { return "/operations/" + url.PathEscape(id) }

// OperationCancelURL is where cancelling posts to.
func OperationCancelURL(id string) string { return OperationURL(id) + "/cancel" }

// OperationsURL is the list of the project's operations.
func OperationsURL(project string) string { return ProjectURL(project) + "/operations" }

// OperationListURL is the list of operations as the filter asks for it.
func OperationListURL(project string, f faas.OperationFilter) string {
	q := query{}
	if len(f.States) > 0 {
		q.add("state", string(f.States[0]))
	}
	q.page(f.Page)
	return OperationsURL(project) + q.String()
}

// query is a query string in the order in which it was filled.
type query struct{ text string }

func (q *query) add(name, value string) {
	if value == "" {
		return
	}
	sep := "&"
	if q.text == "" {
		sep = "?"
	}
	q.text += sep + name + "=" + url.QueryEscape(value)
}

func (q *query) number(name string, n int64) {
	if n != 0 {
		q.add(name, strconv.FormatInt(n, 10))
	}
}

func (q *query) page(p faas.Page) {
	q.add("after", p.After)
	q.add("before", p.Before)
	if p.Last {
		q.add("last", "1")
	}
}

// join adds what another query holds.
func (q *query) join(other query) {
	if q.text == "" {
		q.text = other.text
	} else if other.text != "" {
		q.text += "&" + other.text[1:]
	}
}

func (q *query) String() string { return q.text }
