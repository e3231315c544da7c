package views

import (
	"strings"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

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

func (p MemberListProps) mayChange() bool { return p.Page.lacks(faas.RightChangeMembers) == "" }

func (p MemberListProps) links() ui.PagerLinks {
	return pagerLinks(p.List, func(page faas.Page) string { return MemberListURL(p.Page.Project, page) })
}

func (p MemberListProps) personField() ui.Control {
	return ui.Control{
		Name: "person", Label: "Name", Value: p.Form.Person, Required: true, Problem: problemsOf(p.Err).of("person"),
		Hint:  "The name that they sign in with.",
		Attrs: templ.Attributes{"autocapitalize": "none", "data-msg-required": "Enter the name of the person."},
	}
}

func (p MemberListProps) roleField() ui.Control {
	return ui.Control{
		Name: "role", Label: "Role", Required: true, Problem: problemsOf(p.Err).of("role"),
		Hint: "The roles are explained below.",
	}
}

// addedBy says who gave a membership.
func addedBy(m faas.Member) string {
	if m.Federated {
		return "by the groups of the identity provider"
	}
	return "by " + m.AddedBy
}

// roleSays is what a role adds to the one below it, by the table of rules.
func roleSays(role faas.Role) string {
	var list []string
	for _, rule := range faas.Rules() {
		if rule.Scope == faas.InProject && rule.Role == role {
			list = append(list, rule.Says)
		}
	}
	says := strings.Join(list, "; ") + "."
	if role > faas.Viewer {
		return "As " + (role - 1).WithArticle() + ", and: " + says
	}
	return strings.ToUpper(says[:1]) + says[1:]
}

// consequence says what goes with a membership, and what stays.
func (p MemberRemoveProps) consequence() string {
	said := "From the next request on the project does not exist for them, and their tokens and access keys for it are revoked. What they made stays, under their name."
	if p.Own {
		said = "This is you: you will leave the project at once, and only an owner can add you again. Your tokens and access keys for it are revoked. What you made stays, under your name."
	}
	if p.Member.Federated {
		said += " As long as the identity provider's groups say so, the membership comes back at the next sign-in."
	}
	return said
}
