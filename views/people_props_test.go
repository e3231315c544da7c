package views_test

import (
	"time"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views"
)

// Believable people, tokens and lines of the record.

func person(name string) faas.Person {
	return faas.Person{ID: anID, Name: name, CreatedAt: ago(700 * time.Hour), SeenAt: ago(3 * time.Hour)}
}

func people() []faas.Person {
	list := []faas.Person{person("anna"), person("jonas.lind@example.org"), person("petra")}
	list[0].Admin = true
	list[1].Issuer, list[1].SeenAt = "https://id.example.org", time.Time{}
	list[2].Disabled = true
	return list
}

func members() []faas.Member {
	return []faas.Member{
		{Project: "default", PersonID: "p1", Person: "anna", Role: faas.Owner, AddedAt: ago(700 * time.Hour), AddedBy: "anna"},
		{Project: "default", PersonID: "p2", Person: "jonas.lind@example.org", Role: faas.Developer, AddedAt: ago(90 * time.Hour), Federated: true},
		{Project: "default", PersonID: "p3", Person: "petra", Role: faas.Lead, Disabled: true, AddedAt: ago(400 * time.Hour), AddedBy: "anna"},
	}
}

func sessions() []faas.Session {
	const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
	one := faas.Session{ID: "s1", CreatedAt: ago(3 * time.Hour), SeenAt: ago(time.Minute), ExpiresAt: now.Add(165 * time.Hour), Address: "10.2.0.14", Agent: agent}
	two := one
	two.ID, two.Address, two.Agent = "s2", "2001:db8:85a3:8d3:1319:8a2e:370:7348", ""
	return []faas.Session{one, two}
}

func token() faas.Token {
	return faas.Token{
		ID: "ab2cd3ef4gh5ij6k", Name: "deploys from CI", Project: "default", Person: "anna", Role: faas.Developer, Last4: "9f3c",
		CreatedAt: ago(50 * time.Hour), ExpiresAt: now.Add(2000 * time.Hour), UsedAt: ago(4 * time.Minute),
	}
}

func tokens() []faas.Token {
	old, gone, fresh := token(), token(), token()
	fresh.ExpiresAt, fresh.UsedAt, fresh.ReadOnly, fresh.Name = time.Time{}, time.Time{}, true, "dashboards"
	old.ExpiresAt, old.Name = ago(time.Hour), "last week's try"
	gone.RevokedAt, gone.Person = ago(time.Hour), "jonas.lind@example.org"
	return []faas.Token{token(), fresh, old, gone}
}

// audit is a line of the record; what says the action and the rest is of one function.
func audit(action, detail string) faas.Audit {
	return faas.Audit{
		ID: anID, At: ago(12 * time.Minute), Actor: "anna", ActorID: "p1", Door: faas.DoorDashboard, Address: "10.2.0.14",
		Kind: faas.AuditSettings, Action: action, Result: faas.AuditDone, Target: anID, Detail: detail, FunctionID: anID,
	}
}

func audits() []faas.Audit {
	refused, failed, byToken := audit(string(faas.RightDeleteFunction), "POST /projects/default/functions/invoice-pdf/delete"), audit("session.refused", ""), audit("version.published", "invoice-pdf #43")
	refused.Kind, refused.Result, refused.FunctionID, refused.Actor = faas.AuditDenied, faas.AuditRefused, "", "jonas.lind@example.org"
	failed.Kind, failed.Result, failed.FunctionID, failed.ActorID, failed.Actor = faas.AuditAccess, faas.AuditRefused, "", "", "root"
	byToken.Token, byToken.TokenID, byToken.Door, byToken.Kind = "deploys from CI", "ab2cd3ef4gh5ij6k", faas.DoorYandex, faas.AuditCreate
	member := audit("member.set", "petra, lead")
	member.FunctionID = ""
	list := []faas.Audit{byToken, audit("environment.reveal", "invoice-pdf #42 TAX_TOKEN"), member, refused, failed, audit("function.edit", "invoice-pdf")}
	for i := range list {
		list[i].At = ago(time.Duration(i) * 7 * time.Hour)
	}
	return list
}

func activity() views.ActivityProps {
	return views.ActivityProps{
		Page: page(), List: faas.List[faas.Audit]{Items: audits(), Next: "n"}, Names: map[string]string{anID: "invoice-pdf"},
	}
}

func tokenList(kind views.TokenKind) views.TokenListProps {
	return views.TokenListProps{Page: page(), Kind: kind, List: faas.List[faas.Token]{Items: tokens()}, Form: views.NewTokenForm(faas.Owner)}
}

// peoplePages are the pages of people, settings and the record in each of their states.
func peoplePages() map[string]templ.Component {
	nobody, viewer, outside := views.Page{Now: now, Version: "0.1.0"}, page(), page()
	viewer.Role, viewer.Admin = faas.Viewer, false
	outside.Project, outside.Role = "", faas.NoRole
	own := outside
	own.Admin = false
	everybodys, mine := tokenList(views.Tokens), tokenList(views.Tokens)
	everybodys.Everybody = true
	mine.Page, mine.List, mine.Form = viewer, faas.List[faas.Token]{}, views.NewTokenForm(faas.Viewer)
	installation, quiet, seen, wrong := activity(), activity(), activity(), activity()
	installation.Page, quiet.List, seen.Page = outside, faas.List[faas.Audit]{}, viewer
	wrong.Query.From, wrong.Err = "soon", faas.Invalidf("from", "Write the day as year, month and day.")
	all := people()
	return map[string]templ.Component{
		"login":           views.Login(views.LoginProps{Page: nobody, Next: "/projects/default/functions", OIDC: "Example ID"}),
		"login refused":   views.Login(views.LoginProps{Page: nobody, Name: "anna", Err: faas.Errorf(faas.Unauthenticated, "Name or password is wrong.")}),
		"login too often": views.Login(views.LoginProps{Page: nobody, Name: "anna", Err: &faas.Error{Kind: faas.Exhausted, Message: "There were too many attempts to sign in. Try again in 15 minutes.", Wait: 15 * time.Minute}}),
		"login of nobody": views.Login(views.LoginProps{Page: nobody, Empty: true}),
		"setup":           views.Setup(views.SetupProps{Page: nobody, Key: "key"}),
		"setup wrong":     views.Setup(views.SetupProps{Page: nobody, Key: "key", Name: "Anna", Err: faas.Invalidf("password", "Use at least 12 characters.")}),
		"projects":        views.ProjectList(views.ProjectListProps{Page: outside, List: []views.ProjectRow{{Name: "billing", Role: faas.Viewer}, {Name: "default", Role: faas.Owner}}}),
		"no projects":     views.ProjectList(views.ProjectListProps{Page: own}),
		"account":         views.Account(views.AccountProps{Page: own, Person: all[0]}),
		"account of oidc": views.Account(views.AccountProps{Page: outside, Person: all[1]}),
		"sessions":        views.SessionList(views.SessionListProps{Page: outside, List: sessions(), Current: "s1"}),
		"people":          views.PersonList(views.PersonListProps{Page: outside, List: faas.List[faas.Person]{Items: all, Next: "n"}}),
		"person":          views.PersonPage(views.PersonProps{Page: outside, Person: all[1], Sessions: sessions()}),
		"person disabled": views.PersonPage(views.PersonProps{Page: outside, Person: all[2]}),
		"members":         views.MemberList(views.MemberListProps{Page: page(), List: faas.List[faas.Member]{Items: members()}, Form: views.MemberForm{Role: "viewer"}}),
		"members seen":    views.MemberList(views.MemberListProps{Page: viewer, List: faas.List[faas.Member]{Items: members()}}),
		"no members":      views.MemberList(views.MemberListProps{Page: page()}),
		"member removed":  views.MemberRemove(views.MemberRemoveProps{Page: page(), Member: members()[1]}),
		"tokens":          views.TokenList(tokenList(views.Tokens)),
		"all tokens":      views.TokenList(everybodys),
		"no tokens":       views.TokenList(mine),
		"keys":            views.TokenList(tokenList(views.AccessKeys)),
		"token made":      views.TokenMade(views.TokenMadeProps{Page: page(), Kind: views.Tokens, Token: token(), Text: "t1.ab2cd3ef4gh5ij6k.once-and-never-again"}),
		"key made":        views.TokenMade(views.TokenMadeProps{Page: page(), Kind: views.AccessKeys, Token: token(), Text: "once-and-never-again"}),
		"protected":       views.ProtectedTags(views.ProtectedTagsProps{Page: page(), Tags: "live prod"}),
		"protected seen":  views.ProtectedTags(views.ProtectedTagsProps{Page: viewer, Tags: "live prod"}),
		"activity":        views.ActivityPage(activity()),
		"activity seen":   views.ActivityPage(seen),
		"activity wrong":  views.ActivityPage(wrong),
		"no activity":     views.ActivityPage(quiet),
		"all activity":    views.ActivityPage(installation),
		"anonymous":       views.ErrorPage(views.ErrorProps{Page: nobody, Status: 401, Err: faas.Errorf(faas.Unauthenticated, "Sign in first."), Next: "/projects"}),
		"forbidden":       views.ErrorPage(views.ErrorProps{Page: viewer, Status: 403, Err: faas.Actor{ID: "p", ProjectID: "d", Role: faas.Viewer}.Need(faas.RightDeleteFunction)}),
		"too many":        views.ErrorPage(views.ErrorProps{Page: viewer, Status: 429, Err: &faas.Error{Kind: faas.Exhausted, Message: "Too many requests.", Wait: 90 * time.Second}}),
	}
}
