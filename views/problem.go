package views

import (
	"verso/faas"
	"verso/views/ui"
)

// ErrorProps is the page for what went wrong.
type ErrorProps struct {
	Page      Page
	Status    int    // of the answer, shown small
	Err       error  // its kind picks the title and its sentence is shown; an Internal one is not
	RequestID string // shown so that it can be found in the log
	Next      string // Unauthenticated: where signing in leads, a page that can be asked for; empty for the front door
}

// problems is what a form shows: each sentence under the field it is about.
type problems struct {
	list []*faas.Error
}

func problemsOf(err error) problems { return problems{faas.ProblemsOf(err)} }

// of joins the sentences about one field; empty when it is fine.
func (p problems) of(field string) string {
	text := ""
	for _, e := range p.list {
		if e.Field != field {
			continue
		}
		if text != "" {
			text += " "
		}
		text += e.Message
	}
	return text
}

// title counts the problems for the summary above a form.
func (p problems) title() string {
	if len(p.list) == 1 {
		return "One thing needs correcting"
	}
	return ui.Number(int64(len(p.list))) + " things need correcting"
}

// links are the sentences of the summary with the fields they lead to.
func (p problems) links() []ui.Problem {
	list := make([]ui.Problem, len(p.list))
	for i, e := range p.list {
		list[i] = ui.Problem{Field: e.Field, Message: e.Message}
		if e.Field == "environment" {
			list[i].Field = "field-environment"
		}
		if e.Field == "key" {
			list[i].Field = "" // nobody sees that field
		}
	}
	return list
}

// titles are what happened, in words that need no status number.
var titles = [...]string{
	faas.Internal:        "Something went wrong",
	faas.Invalid:         "This cannot be read",
	faas.Unauthenticated: "You are not signed in",
	faas.Forbidden:       "Not allowed",
	faas.NotFound:        "Not found",
	faas.Conflict:        "Somebody was faster",
	faas.Precondition:    "Not possible now",
	faas.TooLarge:        "Too large",
	faas.Exhausted:       "Too many requests",
	faas.Unavailable:     "Not available now",
}

// wayOut is the list of the project that the failed request was about, or of the default one.
func (p ErrorProps) wayOut() string {
	if p.Page.Project == "" {
		return HomeURL()
	}
	return FunctionsURL(p.Page.Project)
}

// anonymous reports whether the way on is to sign in: there is nothing else for who is not.
func (p ErrorProps) anonymous() bool {
	return faas.Is(p.Err, faas.Unauthenticated) || p.Page.Actor == "" && p.Status == 404
}

// signIn is where that is; what is not there is no place to come back to.
func (p ErrorProps) signIn() string {
	if faas.Is(p.Err, faas.NotFound) {
		return LoginURL("")
	}
	return LoginURL(p.Next)
}

// askable reports whether an owner of the project could give the right that is missing.
func (p ErrorProps) askable() bool {
	return faas.Is(p.Err, faas.Forbidden) && p.Page.Project != "" && p.Page.can(faas.Viewer)
}

func (p ErrorProps) title() string {
	switch {
	case p.Status == 405:
		return "Not that way"
	case p.Status == 421:
		return "Wrong name"
	case p.Status == 401 && faas.Is(p.Err, faas.Invalid): // a token; signing in is not the cure
		return "Not accepted in an address"
	}
	return titles[faas.KindOf(p.Err)]
}

// sentence is the error's own, but for an internal one, which shows nothing.
func (p ErrorProps) sentence() string {
	kind := faas.KindOf(p.Err)
	if list := faas.ProblemsOf(p.Err); kind != faas.Internal && len(list) > 0 && list[0].Message != "" {
		return list[0].Message
	}
	switch kind {
	case faas.NotFound:
		return "There is nothing at this address, or it belongs to a project that is not yours."
	case faas.Unavailable:
		return "Something that Verso depends on does not answer. Nothing was changed; try again in a moment."
	}
	return "This is a fault of Verso, not yours. Its log tells more under the request id below."
}
