package views

import (
	"time"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// ActivityProps is the page of what happened: in a project, or with an empty Page.Project outside of all projects.
type ActivityProps struct {
	Page  Page
	Query ActivityQuery // as asked for; fills the form and the pager's links
	List  faas.List[faas.Audit]
	// Names are the present names of functions by id. A line about a function that is not in it has no link: the function
	// is gone.
	Names map[string]string
	// People and Functions are names to choose from in the filters, the first of them only.
	People, Functions []string
	Err               error // a wrong date, function or page: shown above the form, which keeps what was typed
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
	f := faas.AuditFilter{Actor: faas.PersonName(a.Who), Kind: a.Kind, Page: a.Page}
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

// nav is the entry of the navigation that is current.
func (p ActivityProps) nav() string {
	if p.Page.Project == "" {
		return ""
	}
	return "Activity"
}

func (p ActivityProps) about() string {
	if p.Page.Project == "" {
		return "Who signed in, and who changed what outside of projects: people, passwords, sessions. Nobody can change or remove a line."
	}
	return "Who did what in this project, when, and by which way; refusals too. Nobody can change or remove a line."
}

func (p ActivityProps) caption() string {
	if p.Page.Project == "" {
		return "Activity outside of projects, newest first"
	}
	return "Activity in the project " + p.Page.Project + ", newest first"
}

// kinds are those that can happen where the page looks.
func (p ActivityProps) kinds() []faas.AuditKind {
	if p.Page.Project != "" {
		return faas.AuditKinds()
	}
	return []faas.AuditKind{faas.AuditCreate, faas.AuditSettings, faas.AuditAccess, faas.AuditDenied}
}

// addresses reports whether the person may know from where others came.
func (p ActivityProps) addresses() bool {
	return p.Page.Project == "" || p.Page.can(faas.Lead)
}

func (p ActivityProps) columns() string {
	if p.addresses() {
		return "6"
	}
	return "5"
}

func (p ActivityProps) links() ui.PagerLinks {
	return pagerLinks(p.List, func(page faas.Page) string {
		q := p.Query
		q.Page = page
		return ActivityListURL(p.Page.Project, q)
	})
}

// linked reports whether a row leads somewhere, so that the keyboard can walk to it.
func (p ActivityProps) linked(a *faas.Audit) bool {
	return targetURL(p.Page.Project, p.Names, *a) != "" && wordsOf(*a).object != ""
}

func rowAttrs(linked bool) templ.Attributes {
	return templ.Attributes{"data-row": linked}
}

// recordDay is the part of a list that lies on one day in UTC.
type recordDay struct{ lines []faas.Audit }

// daysOf cuts a list, newest first, into days.
func daysOf(list []faas.Audit) []recordDay {
	var days []recordDay
	from := 0
	for i := range list {
		if i+1 == len(list) || list[i].At.UTC().Format(dayLayout) != list[i+1].At.UTC().Format(dayLayout) {
			days = append(days, recordDay{list[from : i+1]})
			from = i + 1
		}
	}
	return days
}

// title is the day as people write it; today and yesterday by those words too.
func (d recordDay) title(now time.Time) string {
	at := d.lines[0].At.UTC()
	text := at.Format("Monday, 2 January 2006")
	switch at.Format(dayLayout) {
	case now.UTC().Format(dayLayout):
		return "Today, " + text
	case now.UTC().AddDate(0, 0, -1).Format(dayLayout):
		return "Yesterday, " + text
	}
	return text
}
