package views

import (
	"strings"
	"time"

	"verso/faas"
)

// ActivityProps is the page of what happened: in a project, or with an empty Page.Project outside of all projects.
type ActivityProps struct {
	Page  Page
	Query ActivityQuery // as asked for; fills the form and the pager's links
	List  faas.List[faas.Audit]
	// Names are the present names of functions by id. A line about a function that is not in it has no link: the function
	// is gone.
	Names map[string]string
	Err   error // a wrong date, function or page: shown above the form, which keeps what was typed
}

// ActivityQuery is what the page's address asks for, as typed.
type ActivityQuery struct {
	Who      string // name of a person, exactly
	Function string // name or id of a function: the query "fn"
	Kind     faas.AuditKind
	From     string // first day, 2026-11-22, in UTC
	Until    string // last day, included
	Page     faas.Page
}

// dayLayout is how date fields of browsers send a day.
const dayLayout = "2006-01-02"

// Filter reads everything but the function, whose id the caller looks up. Problems on "kind", "from" and "until".
func (a ActivityQuery) Filter() (faas.AuditFilter, error) {
	f := faas.AuditFilter{Actor: strings.TrimSpace(a.Who), Kind: a.Kind, Page: a.Page}
	var p faas.Problems
	f.From = day("from", a.From, &p)
	if f.Until = day("until", a.Until, &p); !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1)
	}
	if !f.From.IsZero() && !f.Until.IsZero() && !f.From.Before(f.Until) {
		p.Add("until", "The last day lies before the first one.")
	}
	if kindName(a.Kind) == "" && a.Kind != "" {
		p.Add("kind", "There is no such kind of activity.")
	}
	return f, p.Err()
}

func day(field, typed string, p *faas.Problems) time.Time {
	if typed == "" {
		return time.Time{}
	}
	t, err := time.Parse(dayLayout, typed)
	if err != nil {
		p.Add(field, "Write the day as year, month and day, for example 2026-11-22.")
	}
	return t
}

// filtered reports whether the page shows less than everything.
func (a ActivityQuery) filtered() bool {
	return a.Who != "" || a.Function != "" || a.Kind != "" || a.From != "" || a.Until != ""
}

// query is the address's query without the page.
func (a ActivityQuery) query() query {
	q := query{}
	q.add("who", a.Who)
	q.add("fn", a.Function)
	q.add("kind", string(a.Kind))
	q.add("from", a.From)
	q.add("until", a.Until)
	return q
}

// kindName is a kind as pages call it; empty for one that there is not.
func kindName(k faas.AuditKind) string {
	switch k {
	case faas.AuditCreate:
		return "Creations"
	case faas.AuditTag:
		return "Tags"
	case faas.AuditDelete:
		return "Deletions"
	case faas.AuditSettings:
		return "Settings"
	case faas.AuditAccess:
		return "Access"
	case faas.AuditReveal:
		return "Revealed values"
	case faas.AuditDenied:
		return "Refusals"
	}
	return ""
}
