package views

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"verso/faas"
)

// FunctionListProps is the page of a project's functions.
type FunctionListProps struct {
	Page   Page
	Filter faas.FunctionFilter // as asked for; fills the form and the pager's links
	List   faas.List[faas.FunctionRow]
}

// filtered reports whether the list shows less than everything.
func (p FunctionListProps) filtered() bool {
	f := p.Filter
	return f.Text != "" || f.Tag != "" || f.Runtime != "" || f.Author != "" || f.Status != ""
}

// FunctionProps is the page of one function.
type FunctionProps struct {
	Page     Page
	Function faas.Function
	Tags     []faas.Tag        // $latest first
	Versions []faas.VersionRow // the newest ten
	Running  []faas.Operation  // queued and running ones
	Activity []faas.Audit      // what happened to it and below it, the newest ten, newest first
}

// FunctionForm is what the fields hold, as text, so that a wrong value comes back as it was typed.
type FunctionForm struct {
	Name        string
	Description string
	Labels      string // key=value, one a line
}

// FunctionFormOf fills the form from a function.
func FunctionFormOf(f faas.Function) FunctionForm {
	var labels strings.Builder
	for _, key := range slices.Sorted(maps.Keys(f.Labels)) {
		labels.WriteString(key + "=" + f.Labels[key] + "\n")
	}
	return FunctionForm{Name: f.Name, Description: f.Description, Labels: strings.TrimSuffix(labels.String(), "\n")}
}

// FunctionFormProps is the form that creates or edits a function.
type FunctionFormProps struct {
	Page     Page
	Function faas.Function // the one to be edited; zero when a new one is made
	Form     FunctionForm
	Limits   faas.Limits
	Err      error // what the verb said; nil on the first look
}

// FunctionDeleteProps is the confirmation before a function is deleted.
type FunctionDeleteProps struct {
	Page     Page
	Function faas.Function
	Tags     []faas.Tag // any but $latest forbid it
	Key      string     // idempotency key
	Err      error
}

// holding lists the tags that forbid deleting.
func (p FunctionDeleteProps) holding() []faas.Tag {
	return slices.DeleteFunc(slices.Clone(p.Tags), func(t faas.Tag) bool { return t.Name == faas.Latest })
}

// consequence says what goes with the function.
func (p FunctionDeleteProps) consequence() string {
	switch n := p.Function.LastNumber; n {
	case 0:
		return "It has no versions."
	case 1:
		return "Its version #1 and that version's package are deleted for good."
	default:
		return "All its versions, #1 to #" + strconv.FormatInt(n, 10) + ", and their packages are deleted for good."
	}
}
