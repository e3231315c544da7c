package views_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"verso/faas"
	"verso/views"
)

// lineOf is the row of one line of the record, as a lead sees it.
func lineOf(t *testing.T, a faas.Audit) *html.Node {
	t.Helper()
	p := activity()
	p.List = faas.List[faas.Audit]{Items: []faas.Audit{a}}
	return one(t, parse(t, views.ActivityResults(p)), ".record tbody tr:not(.day)")
}

// One sentence for each action that the verbs write, and one for those that nobody has thought of yet.
func TestLinesReadAsSentences(t *testing.T) {
	for action, want := range map[string]string{
		"function.create|invoice-pdf":                 "created the function invoice-pdf",
		"function.edit|invoice-pdf":                   "edited the function invoice-pdf",
		"function.delete|invoice-pdf":                 "asked to delete the function invoice-pdf",
		"function.deleted|invoice-pdf":                "deleted the function invoice-pdf",
		"version.create|invoice-pdf":                  "asked for a version of invoice-pdf",
		"version.published|invoice-pdf #42":           "created the version invoice-pdf #42",
		"version.failed|invoice-pdf: No object":       "asked for a version that could not be made: invoice-pdf: No object",
		"version.cancelled|invoice-pdf":               "asked for a version that was cancelled: invoice-pdf",
		"tag.set|prod on invoice-pdf #1":              "set the tag prod on invoice-pdf #1",
		"tag.move|prod of invoice-pdf from #1 to #2":  "moved the tag prod of invoice-pdf from #1 to #2",
		"tag.remove|prod from invoice-pdf #2":         "removed the tag prod from invoice-pdf #2",
		"tag.remove|invoice-pdf prod":                 "removed a tag: invoice-pdf prod",
		"operation.cancel|Creating a version of x":    "cancelled: Creating a version of x",
		"project.create|billing":                      "created the project billing",
		"project.protect-tags|live prod":              "chose the protected tags: live prod",
		"environment.reveal|invoice-pdf #42 TAX":      "revealed a value: invoice-pdf #42 TAX",
		"member.set|petra, lead":                      "gave the role “lead” to petra",
		"member.set|petra, viewer (was owner)":        "gave the role “viewer” to petra (was owner)",
		"member.set|petra":                            "set the role of petra",
		"member.remove|petra":                         "removed the member petra",
		"person.setup|anna":                           "set up this installation as its first administrator",
		"person.add|petra, administrator":             "added the person petra, administrator",
		"person.disable|petra":                        "disabled petra",
		"person.enable|petra":                         "enabled petra",
		"person.password|petra":                       "set another password of petra",
		"person.password|anna":                        "changed their own password",
		"person.admin|petra, administrator":           "gave the standing of administrator to petra",
		"person.admin|petra, no administrator":        "took the standing of administrator from petra",
		"person.admin|petra":                          "gave the standing of administrator to petra",
		"person.no-admin|petra":                       "took the standing of administrator from petra",
		"session.refused|by the identity provider":    "could not sign in by the identity provider",
		"password.refused|":                           "gave a wrong password to confirm",
		"key.use|key 6cfbe903":                        "sealed secrets from then on with the key 6cfbe903",
		"key.drop|key 6cfbe903":                       "forgot the old key 6cfbe903",
		"session.start|":                              "signed in",
		"session.refused|disabled":                    "could not sign in, being disabled",
		"password.refused|to change it":               "gave a wrong password to change it",
		"session.limited|":                            "tried too many passwords",
		"session.end|signed out":                      "signed out",
		"session.end|":                                "ended a session of their own",
		"session.end-others|":                         "ended all their other sessions",
		"session.end-all|petra":                       "ended all sessions of petra",
		"token.create|deploys from CI":                "made the token deploys from CI",
		"token.revoke|":                               "revoked a token",
		"accesskey.create|signs":                      "made the access key signs",
		"token.revoke|deploys from CI of dora":        "revoked the token deploys from CI of dora",
		"accesskey.revoke|signs":                      "revoked the access key signs",
		"accesskey.revoke|":                           "revoked an access key",
		"widget.turn-round|the big one":               "widget: turn round the big one",
		"widget|":                                     "widget",
		"|":                                           "did something unnamed",
		string(faas.RightDeleteFunction) + "|refused": "tried to delete functions and may not POST /x",
		"no.such-right|refused":                       "was refused: no: such right POST /x",
		"token.create|not done":                       "was refused: made the token not done",
	} {
		name, detail, _ := strings.Cut(action, "|")
		a := audit(name, detail)
		switch detail {
		case "refused":
			a.Kind, a.Result, a.Detail = faas.AuditDenied, faas.AuditRefused, "POST /x"
		case "not done":
			a.Result = faas.AuditRefused
		}
		if strings.HasSuffix(name, ".refused") || strings.HasSuffix(name, ".limited") {
			a.Result = faas.AuditRefused
		}
		if got := text(one(t, lineOf(t, a), ".desc")); got != want {
			t.Errorf("%s reads %q, want %q", action, got, want)
		}
	}
}

// Every right that somebody can be refused has words.
func TestEveryRefusalHasWords(t *testing.T) {
	for _, rule := range faas.Rules() {
		a := audit(string(rule.Right), "")
		a.Kind, a.Result = faas.AuditDenied, faas.AuditRefused
		row := lineOf(t, a)
		if got := text(one(t, row, ".desc")); got != "tried to "+rule.Says+" and may not" {
			t.Errorf("%s reads %q", rule.Right, got)
		}
		if got := text(one(t, row, ".state.failed")); got != "refused" {
			t.Errorf("%s ended %q", rule.Right, got)
		}
	}
}

func TestLinesNameWhoAndTheWay(t *testing.T) {
	for want, change := range map[string]func(*faas.Audit){
		"anna|browser":      func(*faas.Audit) {},
		"anna|command line": func(a *faas.Audit) { a.Door = faas.DoorCommandLine },
		"anna|token “ci”":   func(a *faas.Audit) { a.Token, a.TokenID = "ci", "x" },
		"anna|token “ci”, Yandex API": func(a *faas.Audit) {
			a.Token, a.TokenID, a.Door = "ci", "x", faas.DoorYandex
		},
		"anna|token": func(a *faas.Audit) { a.TokenID = "x" },
		"“root”|browser": func(a *faas.Audit) {
			a.Actor, a.ActorID, a.Result, a.Action = "root", "", faas.AuditRefused, "session.refused"
		},
		"somebody|browser":    func(a *faas.Audit) { a.Actor, a.ActorID = "", "" },
		"Verso|Verso":         func(a *faas.Audit) { a.Actor, a.ActorID, a.Door = "verso", "verso", faas.DoorSystem },
		"anna|Qinling API":    func(a *faas.Audit) { a.Door = faas.DoorQinling },
		"anna|somewhere else": func(a *faas.Audit) { a.Door = "somewhere else" },
	} {
		a := audit("function.edit", "invoice-pdf")
		change(&a)
		row := lineOf(t, a)
		if got := text(one(t, row, "td:nth-child(2)")) + "|" + text(one(t, row, "td:nth-child(3)")); got != want {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
}

// A line leads to what it is about where that still is, and nowhere else.
func TestLinesLeadToWhatIsThere(t *testing.T) {
	gone, refused := audit("function.deleted", "invoice-pdf"), audit("function.delete", "invoice-pdf #42")
	gone.FunctionID, refused.Result = "another", faas.AuditRefused
	for name, c := range map[string]struct {
		line faas.Audit
		want string
	}{
		"function": {audit("function.edit", "an old name"), "/projects/default/functions/invoice-pdf"},
		"version":  {audit("version.published", "invoice-pdf #42"), "/projects/default/functions/invoice-pdf/versions/42"},
		"tag":      {audit("tag.move", "prod of invoice-pdf from #41 to #42"), "/projects/default/functions/invoice-pdf/versions/42"},
		"value":    {audit("environment.reveal", "invoice-pdf #42 TAX"), "/projects/default/functions/invoice-pdf/versions/42"},
		"no #":     {audit("function.edit", "#x #0 #-1"), "/projects/default/functions/invoice-pdf"},
		"refused":  {refused, "/projects/default/functions/invoice-pdf"},
		"gone":     {gone, ""},
		"wordless": {audit("session.start", ""), ""},
	} {
		row := lineOf(t, c.line)
		got := ""
		for _, a := range all(row, "a") {
			got += attr(a, "href")
		}
		if got != c.want {
			t.Errorf("%s: it leads to %q, want %q", name, got, c.want)
		}
		if walks := len(all(parseBytes(t, render(t, views.ActivityResults(views.ActivityProps{
			Page: page(), List: faas.List[faas.Audit]{Items: []faas.Audit{c.line}}, Names: map[string]string{anID: "invoice-pdf"},
		}))), "tr[data-row]")) == 1; walks != (c.want != "") {
			t.Errorf("%s: the keyboard walks to the row: %v", name, walks)
		}
	}
}

func TestActivityByDay(t *testing.T) {
	p := activity()
	p.List.Items = nil
	for _, hours := range []int{0, 1, 9, 10, 33, 34, 24 * 40} {
		a := audit("function.edit", fmt.Sprint("f", hours))
		a.At = ago(time.Duration(hours) * time.Hour)
		p.List.Items = append(p.List.Items, a)
	}
	var got []string
	for _, body := range all(parse(t, views.ActivityResults(p)), ".record tbody") {
		got = append(got, fmt.Sprint(text(one(t, body, ".day")), ": ", len(all(body, "tr"))-1))
	}
	want := "Today, Sunday, 22 November 2026: 3|Yesterday, Saturday, 21 November 2026: 2|Friday, 20 November 2026: 1|Tuesday, 13 October 2026: 1"
	if strings.Join(got, "|") != want {
		t.Errorf("the days are %q", got)
	}
}

// Addresses are for leads and administrators.
func TestActivityHidesAddresses(t *testing.T) {
	for role, want := range map[faas.Role]int{faas.Viewer: 0, faas.Developer: 0, faas.Lead: 1, faas.Owner: 1} {
		p := activity()
		p.Page.Role, p.List.Items = role, audits()[:1]
		doc := parse(t, views.ActivityPage(p))
		if got := strings.Count(text(doc), "10.2.0.14"); got != want {
			t.Errorf("%s sees %d addresses, want %d", role, got, want)
		}
		if heads, cells := len(all(doc, ".record thead th")), attr(one(t, doc, ".day th"), "colspan"); fmt.Sprint(heads) != cells {
			t.Errorf("%s: %d columns, and days over %s", role, heads, cells)
		}
		v := views.VersionProps{Page: p.Page, Function: function(), Version: version()}
		if got := strings.Count(text(parse(t, views.VersionPage(v))), "10.2.0.14"); got != want {
			t.Errorf("%s sees %d addresses on a version, want %d", role, got, want)
		}
	}
}

func TestActivityQuery(t *testing.T) {
	q := views.ActivityQuery{Who: " anna ", Kind: faas.AuditTag, From: "2026-11-20", Until: "2026-11-22", Page: faas.Page{After: "k"}}
	f, err := q.Filter()
	if err != nil || f.Actor != "anna" || f.Kind != faas.AuditTag || f.Page.After != "k" ||
		!f.From.Equal(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)) || !f.Until.Equal(time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("it asks for %+v, %v", f, err)
	}
	for want, wrong := range map[string]views.ActivityQuery{
		"from":       {From: "22.11.2026"},
		"until":      {From: "2026-11-22", Until: "2026-11-21"},
		"kind":       {Kind: "gossip"},
		"from until": {From: "x", Until: "2026-13-01"},
	} {
		_, err := wrong.Filter()
		var fields []string
		for _, e := range faas.ProblemsOf(err) {
			fields = append(fields, e.Field)
		}
		if strings.Join(fields, " ") != want {
			t.Errorf("%+v: problems with %q, want %q", wrong, fields, want)
		}
	}
	if one, err := (views.ActivityQuery{From: "2026-11-22", Until: "2026-11-22"}).Filter(); err != nil || one.Until.Sub(one.From) != 24*time.Hour {
		t.Errorf("one day is %v to %v, %v", one.From, one.Until, err)
	}
}

// What was asked for stays in the form, in the pager and in the exports; a wrong day shows no list.
func TestActivityKeepsTheFilter(t *testing.T) {
	p := activity()
	p.Query = views.ActivityQuery{Who: "a b", Function: "invoice-pdf", Kind: faas.AuditDenied, From: "2026-11-20", Until: "2026-11-22"}
	doc := parse(t, views.ActivityPage(p))
	const asked = "who=a+b&fn=invoice-pdf&kind=denied&from=2026-11-20&until=2026-11-22"
	if got := attr(one(t, doc, ".pager a[rel=next]"), "href"); got != "/projects/default/activity?"+asked+"&after=n" {
		t.Errorf("the pager leads to %s", got)
	}
	for i, format := range []string{"csv", "json"} {
		if got := attr(all(doc, "a[download]")[i], "href"); got != "/projects/default/activity/export?format="+format+"&"+asked {
			t.Errorf("the export is %s", got)
		}
	}
	for id, want := range map[string]string{"who": "a b", "fn": "invoice-pdf", "from": "2026-11-20", "until": "2026-11-22"} {
		if got := attr(one(t, doc, "#"+id), "value"); got != want {
			t.Errorf("%s holds %q", id, got)
		}
	}
	if got := attr(one(t, doc, "#kind option[selected]"), "value"); got != "denied" {
		t.Errorf("the kind is %q", got)
	}
	p.Err = faas.Invalidf("from", "Write the day.")
	doc = parse(t, views.ActivityPage(p))
	if link := one(t, doc, "#results #problems a"); attr(link, "href") != "#from" || len(all(doc, ".record")) > 0 {
		t.Error("the wrong day is not said, or a list is shown beside it")
	}
}

// The token that a version was asked for with stands beside its author, and no door that nobody used.
func TestVersionNamesItsToken(t *testing.T) {
	p := views.VersionProps{Page: page(), Function: function(), Version: version()}
	p.Version.Author, p.Version.Door = "dora", faas.DoorDashboard
	line := audit("version.published", "invoice-pdf #42")
	line.Token, line.TokenID = "deploys from CI", "x"
	for _, c := range []struct {
		list     []faas.Audit
		door     faas.Door
		says, no string
	}{
		{nil, faas.DoorDashboard, "by dora, via the dashboard", "with"},
		{[]faas.Audit{line}, faas.DoorDashboard, "by dora with “deploys from CI”", "via the dashboard"},
		{[]faas.Audit{line}, faas.DoorYandex, "by dora with “deploys from CI”, via the Yandex API", "dashboard"},
	} {
		p.Activity, p.Version.Door = c.list, c.door
		got := text(one(t, parse(t, views.VersionPage(p)), "main > dl.facts"))
		if !strings.Contains(got, c.says) || strings.Contains(got, c.no) {
			t.Errorf("it says %q, want %q", got, c.says)
		}
	}
}

// A time tells its request; names to choose from stand behind the filters.
func TestActivitySuggestsNames(t *testing.T) {
	p := activity()
	p.People, p.Functions = []string{"anna", "petra"}, []string{"invoice-pdf"}
	p.List.Items[0].RequestID = "req-1"
	doc := parse(t, views.ActivityPage(p))
	for id, want := range map[string]int{"who": 2, "fn": 1} {
		if got := len(all(doc, "#"+attr(one(t, doc, "#"+id), "list")+" option")); got != want {
			t.Errorf("%s suggests %d names, want %d", id, got, want)
		}
	}
	if got := attr(all(doc, ".record time")[0], "title"); !strings.HasSuffix(got, ", request req-1") {
		t.Errorf("the time says %q", got)
	}
}
