package views

import "verso/faas"

// ErrorProps is the page for what went wrong.
type ErrorProps struct {
	Page      Page
	Status    int    // of the answer, shown small
	Err       error  // its kind picks the title and its sentence is shown; an Internal one is not
	RequestID string // shown so that it can be found in the log
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
