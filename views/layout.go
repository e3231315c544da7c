package views

import (
	"strings"
	"time"

	"verso/faas"
)

// Page is what the frame around every page needs.
type Page struct {
	Project  string    // name of the project; empty on pages that belong to none
	Projects []string  // names of one's own for the switcher, sorted; one or none draws no switcher
	Path     string    // of this request, with its query: where the page is
	BaseURL  string    // scheme and host of this server without a final slash, for the curl commands
	Now      time.Time // relative times count from here
	Actor    string    // name of who is signed in; empty for nobody, whose pages have no navigation
	Admin    bool      // they administer the installation, and see its pages
	Role     faas.Role // what they may do in the project; what they may not do is shown disabled, with the reason
	Notice   string    // one sentence about something that is now stored; empty for none
	Version  string    // of the program

	Protected []string // the project's protected tags: who has no right to move them is not offered to
}

// can reports whether the person may do what needs the role.
func (p Page) can(role faas.Role) bool { return p.Role >= role }

// lacks says why the person may not use a right here, by the table that the server asks too; empty when they may.
func (p Page) lacks(right faas.Right) string {
	rule, known := faas.RuleOf(right)
	switch {
	case known && rule.Scope == faas.InProject && !p.can(rule.Role):
		return denial(rule.Role)
	case known && rule.Scope == faas.Installation && !p.Admin:
		return "Needs an administrator of this installation."
	}
	return ""
}

// choosing reports whether the switcher has anything to offer.
func (p Page) choosing() bool {
	return len(p.Projects) > 1 || p.Project == "" && len(p.Projects) == 1
}

// protection names the tags that the person may not set; empty when they may set all.
func (p Page) protection() string {
	if len(p.Protected) == 0 || p.lacks(faas.RightMoveProtectedTag) == "" {
		return ""
	}
	return " Protected, for a lead to set: " + strings.Join(p.Protected, ", ") + "."
}

// denial is the sentence of a disabled action.
func denial(role faas.Role) string {
	return "Needs the role “" + role.String() + "” in this project."
}

// pageTitle puts the most telling word first: browsers cut titles at the end.
func pageTitle(p Page, f frame) string {
	title := f.title
	if p.Project != "" {
		title += " · " + p.Project
	}
	return title + " · Verso"
}

func projectName(p Page) string {
	if p.Project == "" {
		return "Choose a project"
	}
	return p.Project
}

// crumbs leads from the project's functions to what lies below one function.
func crumbs(p Page, function string, below ...crumb) []crumb {
	list := []crumb{{"Functions", FunctionsURL(p.Project)}}
	if function != "" {
		list = append(list, crumb{function, FunctionURL(p.Project, function)})
	}
	return append(list, below...)
}
