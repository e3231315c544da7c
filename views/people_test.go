package views_test

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views"
)

// The frame says who is signed in and offers what they may see; nobody gets no navigation at all.
func TestFrameKnowsWhoLooks(t *testing.T) {
	viewer := page()
	viewer.Admin, viewer.Projects = false, []string{"default"}
	const own = "Projects Account Sessions"
	for name, c := range map[string]struct {
		page views.Page
		want string // the entries of navigation and menu
	}{
		"administrator": {page(), "Functions Operations Activity Settings|" + own + " People Sign out"},
		"member":        {viewer, "Functions Operations Activity Settings|" + own + " Sign out"},
		"no project":    {views.Page{Now: now, Actor: "anna", Projects: []string{"billing"}}, "|" + own + " Sign out"},
		"nobody":        {views.Page{Now: now}, "|"},
	} {
		doc := parse(t, views.ErrorPage(views.ErrorProps{Page: c.page, Status: 404, Err: faas.Errorf(faas.NotFound, "There is none.")}))
		words := func(selector string) string {
			var list []string
			for _, n := range all(doc, selector) {
				list = append(list, text(n))
			}
			return strings.Join(list, " ")
		}
		if got := words("nav[aria-label=Main] a") + "|" + words(".who li"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if c.page.Actor == "" {
			continue
		}
		if got := attr(one(t, doc, ".who form[method=post]:has(button[type=submit])"), "action"); got != "/logout" {
			t.Errorf("%s: signing out posts to %s", name, got)
		}
		if got := text(one(t, doc, ".who summary")); got != "Signed in as anna" {
			t.Errorf("%s: the menu says %q", name, got)
		}
	}
	one(t, parse(t, views.ErrorPage(views.ErrorProps{Page: page()})), ".switch a[aria-current][href='/projects/default/functions']")
	if n := len(all(parse(t, views.ErrorPage(views.ErrorProps{Page: viewer})), ".switch:not(.who)")); n > 0 {
		t.Error("one project draws a switcher")
	}
}

// The names of fields and addresses that the handlers read, and the marks by which browsers keep passwords.
func TestFormsOfPeople(t *testing.T) {
	pages := peoplePages()
	for name, want := range map[string]string{
		"login":           "/login: next name=username password=current-password|/login/oidc: next",
		"setup":           "/setup: key name=username password=new-password",
		"projects":        "/projects: name=off",
		"account":         "/settings/account: =username old=current-password password=new-password",
		"sessions":        "/settings/sessions/end-others:|/settings/sessions/s2/end:",
		"people":          "/settings/people: name=off password=new-password admin",
		"members":         "/projects/default/settings/members/anna/role: role|/projects/default/settings/members/jonas.lind@example.org/role: role|/projects/default/settings/members/petra/role: role|/projects/default/settings/members: person=off role",
		"member removed":  "/projects/default/settings/members/jonas.lind@example.org/remove:",
		"tokens":          "/projects/default/settings/tokens/ab2cd3ef4gh5ij6k/revoke:|/projects/default/settings/tokens/ab2cd3ef4gh5ij6k/revoke:|/projects/default/settings/tokens: name=off role expires read_only",
		"keys":            "/projects/default/settings/keys/ab2cd3ef4gh5ij6k/revoke:|/projects/default/settings/keys/ab2cd3ef4gh5ij6k/revoke:|/projects/default/settings/keys: name=off role expires read_only",
		"protected":       "/projects/default/settings/tags: tags=off",
		"person":          "/settings/people/jonas.lind@example.org/sessions/end:|/settings/people/jonas.lind@example.org/admin:|/settings/people/jonas.lind@example.org/disable:|/settings/people/jonas.lind@example.org/password: password=new-password",
		"person disabled": "/settings/people/petra/admin:|/settings/people/petra/enable:|/settings/people/petra/password: password=new-password",
	} {
		if got := forms(t, pages[name]); got != want {
			t.Errorf("%s posts\n%s, want\n%s", name, got, want)
		}
	}
}

// forms writes what a page's forms send, without signing out: address: field=autocomplete ….
func forms(t *testing.T, c templ.Component) string {
	var list []string
	for _, f := range all(parse(t, c), "main form") {
		if attr(f, "method") != "post" {
			t.Errorf("%s is not posted", attr(f, "action"))
		}
		line := attr(f, "action") + ":"
		for _, n := range all(f, "input, select") {
			line += " " + attr(n, "name")
			if complete := attr(n, "autocomplete"); complete != "" {
				line += "=" + complete
			}
			if attr(n, "type") == "password" && (attr(n, "value") != "" || attr(n, "maxlength") != "") {
				t.Errorf("%s: the password has a value, or is cut when it is pasted", line)
			}
		}
		list = append(list, line)
	}
	return strings.Join(list, "|")
}

// The sentences beside fields are those of the server's own checks.
func TestPeopleFormsKnowTheServersRules(t *testing.T) {
	pages := peoplePages()
	for place, want := range map[string]string{
		"setup #name data-msg-pattern":      "Use 2 to 64 lower-case letters a to z, digits and - _ . @ +, and begin with a letter or digit.",
		"setup #name pattern":               `[a-z0-9][\-_.@+a-z0-9]{1,63}`,
		"setup #password minlength":         "12",
		"setup #password data-msg-length":   "Use at least 12 characters. A few words in a row are easy to remember.",
		"setup #password data-msg-required": "Enter a password.",
		"tokens #name data-msg-required":    "Say what the token is for.",
		"tokens #name data-msg-length":      "The name is too long; 100 characters are allowed.",
		"protected #tags data-msg-pattern":  "A tag must start with a lower-case letter, then letters, digits, hyphens and underscores, 63 characters at most.",
		"projects #name data-msg-pattern":   "Use lower-case letters, digits and hyphens; start with a letter and end with a letter or digit.",
	} {
		parts := strings.Fields(place)
		if got := attr(one(t, parse(t, pages[parts[0]]), parts[1]), parts[2]); got != want {
			t.Errorf("%s is %q", place, got)
		}
	}
	for name, c := range pages {
		for _, n := range all(parse(t, c), "[data-msg-pattern], [data-msg-length], [data-msg-required]") {
			t.Run(name, func(t *testing.T) { checkSentences(t, n) })
		}
	}
}

func TestLoginPage(t *testing.T) {
	pages := peoplePages()
	if got := text(one(t, parse(t, pages["login too often"]), "#problems[role=alert]")); got != "You are not signed inThere were too many attempts to sign in. Try again in 15 minutes." {
		t.Errorf("too often: %q", got)
	}
	if got := text(one(t, parse(t, pages["login of nobody"]), ".notice")); !strings.Contains(got, "set-up link that the server printed") || !strings.Contains(got, "verso user add NAME --admin") {
		t.Errorf("nobody: %q", got)
	}
	if got := text(one(t, parse(t, pages["login"]), ".lead")); got != "Sign in to see the page that you asked for." {
		t.Errorf("it says %q", got)
	}
	ended := views.Login(views.LoginProps{Page: views.Page{Now: now}, Next: "/projects", Ended: true})
	if got := text(one(t, parse(t, ended), ".lead")); got != "Your session has ended. Sign in again." {
		t.Errorf("after a session it says %q", got)
	}
	if got := text(one(t, parse(t, pages["login"]), ".other button")); got != "Sign in with Example ID" {
		t.Errorf("the provider's button says %q", got)
	}
	doc := parse(t, pages["login refused"])
	if n := len(all(doc, ".other, .notice, [name=next]")); n > 0 {
		t.Errorf("%d parts that do not belong to a plain sign-in", n)
	}
	if attr(one(t, doc, "#name"), "value") != "anna" || len(all(doc, "#password[autofocus]")) != 1 || len(all(doc, "#name[autofocus]")) != 0 {
		t.Error("the name is not kept, or the password is not where to go on")
	}
}

// The roles are explained from the table of rules: each right of a project stands there once.
func TestRolesAreExplainedByTheRules(t *testing.T) {
	doc := parse(t, peoplePages()["members"])
	said := text(one(t, doc, "section:has(#roles) dl"))
	for _, rule := range faas.Rules() {
		if n := strings.Count(strings.ToLower(said), rule.Says); rule.Scope == faas.InProject && n != 1 {
			t.Errorf("%q stands there %d times", rule.Says, n)
		}
	}
	if !strings.Contains(said, "ownerAs a lead, and: ") || !strings.HasPrefix(said, "viewerRead functions") {
		t.Errorf("it says %q", said)
	}
}

// What only an owner may do is visible to others, dead, and says why.
func TestMembersForWhoMayOnlyLook(t *testing.T) {
	doc := parse(t, peoplePages()["members seen"])
	if n := len(all(doc, "main form, main a[href$='/remove'], #person")); n > 0 {
		t.Errorf("%d ways to change what a viewer may not", n)
	}
	dead := all(doc, "button[disabled][aria-describedby=why-members]")
	if why := text(one(t, doc, "#why-members")); len(dead) != 3 || why != "Adding and removing members, and changing their roles, needs the role “owner”." {
		t.Errorf("%d dead buttons; %q", len(dead), why)
	}
	values := parse(t, everyPage()["unreadable version"])
	dead = all(values, "dd button.plain[disabled][aria-describedby=why-reveal]")
	if why := text(one(t, values, "#why-reveal")); len(dead) == 0 || len(all(values, "a[href$='/reveal']")) > 0 || why != "Needs the role “developer” in this project." {
		t.Errorf("%d dead buttons to reveal; %q", len(dead), why)
	}
	tags := parse(t, peoplePages()["protected seen"])
	if got := text(one(t, tags, ".denied")); got != "Change Needs the role “owner” in this project." || len(all(tags, "main form")) > 0 {
		t.Errorf("protected tags: %q", got)
	}
	mine := parse(t, peoplePages()["no tokens"])
	if got := text(one(t, mine, ".denied")); got != "Show everybody's Needs the role “lead” in this project." {
		t.Errorf("tokens: %q", got)
	}
}

// A removal says what it does to whom, and to oneself.
func TestRemovalSaysWhatHappens(t *testing.T) {
	p := views.MemberRemoveProps{Page: page(), Member: members()[1]}
	for own, want := range map[bool]string{false: "does not exist for them", true: "This is you: you will leave"} {
		p.Own = own
		said := text(one(t, parse(t, views.MemberRemove(p)), "main p.form"))
		if !strings.Contains(said, want) || !strings.Contains(said, "jonas.lind@example.org is a developer here") || !strings.Contains(said, "comes back at the next sign-in") {
			t.Errorf("own %v: %q", own, said)
		}
	}
	if got := text(one(t, parse(t, views.MemberRemove(p)), "h1")); got != "Remove jonas.lind@example.org from default?" {
		t.Errorf("it asks %q", got)
	}
	p.Page.Role = faas.Lead
	if n := len(all(parse(t, views.MemberRemove(p)), "button[type=submit].danger")); n > 0 {
		t.Error("a lead is offered to remove a member")
	}
}

// Nobody is offered a role above their own, for a token or anything.
func TestTokenFormOffersOnesOwnRoles(t *testing.T) {
	for role, want := range map[faas.Role]string{faas.Viewer: "viewer", faas.Lead: "viewer developer lead", faas.Owner: "viewer developer lead owner"} {
		p := tokenList(views.Tokens)
		p.Page.Role, p.Form = role, views.NewTokenForm(role)
		doc := parse(t, views.TokenList(p))
		if got := text(one(t, doc, "#role")); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%s is offered %q", role, got)
		}
		if got := attr(one(t, doc, "#role option[selected]"), "value"); got != min(role, faas.Developer).String() {
			t.Errorf("%s begins with %q", role, got)
		}
		if ticked := len(all(doc, "#read_only[checked]")) == 1; ticked != (role == faas.Viewer) {
			t.Errorf("%s begins read only: %v", role, ticked)
		}
		if got := attr(one(t, doc, "#expires option[selected]"), "value"); got != "90d" {
			t.Errorf("%s begins with %q", role, got)
		}
	}
}

func TestLifetimes(t *testing.T) {
	for value, want := range map[string]time.Duration{"1d": 24 * time.Hour, "90d": 90 * 24 * time.Hour, "1y": 365 * 24 * time.Hour, "never": 0} {
		if got, err := views.LifeOf(value); err != nil || got != want {
			t.Errorf("%s is %v, %v", value, got, err)
		}
	}
	for _, wrong := range []string{"", "2d", "10000y"} {
		if _, err := views.LifeOf(wrong); !faas.Is(err, faas.Invalid) || faas.ProblemsOf(err)[0].Field != "expires" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// The list shows enough to tell tokens apart and to end the right one, and nothing that opens anything.
func TestTokenRows(t *testing.T) {
	p := tokenList(views.Tokens)
	p.Everybody = true
	var rows []string
	for _, row := range all(parse(t, views.TokenList(p)), ".tokens tbody tr") {
		var cells []string
		for _, cell := range all(row, "th, td:not(:last-child)") {
			cells = append(cells, text(cell))
		}
		rows = append(rows, strings.Join(cells, "|"))
		if ends := len(all(row, "form")) == 1; ends != strings.HasSuffix(rows[len(rows)-1], "active") {
			t.Errorf("%s: it can be revoked: %v", rows[len(rows)-1], ends)
		}
	}
	want := []string{
		"deploys from CI|anna|developer|ab2cd3ef4gh5ij6kCopyends in 9f3c|2 d ago|13 Feb 2027, 17:41 UTC|4 min ago|active",
		"dashboards|anna|developer, read only|ab2cd3ef4gh5ij6kCopyends in 9f3c|2 d ago|never|never|active",
		"last week's try|anna|developer|ab2cd3ef4gh5ij6kCopyends in 9f3c|2 d ago|22 Nov 2026, 08:41 UTC|4 min ago|expired",
		"deploys from CI|jonas.lind@example.org|developer|ab2cd3ef4gh5ij6kCopyends in 9f3c|2 d ago|13 Feb 2027, 17:41 UTC|4 min ago|revoked",
	}
	if got := strings.Join(rows, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("the rows are\n%s", got)
	}
	keys := parse(t, views.TokenList(tokenList(views.AccessKeys)))
	if got := text(all(keys, ".tokens code")[0]); got != "ab2cd3ef4gh5ij6k" {
		t.Errorf("a key is known by %q", got)
	}
	list := views.TokensOfKeys(faas.List[faas.AccessKey]{Items: []faas.AccessKey{{Token: token(), Secret: "s1.canary"}}, Next: "n", Prev: "p"})
	if len(list.Items) != 1 || list.Items[0] != token() || list.Next != "n" || list.Prev != "p" {
		t.Errorf("keys become %+v", list)
	}
}

// S41: a new token is on the page that made it, whole, and on no other.
func TestS41TokenIsShownOnce(t *testing.T) {
	const secret = "once-and-never-again"
	for name, c := range everyPage() {
		if shown := strings.Contains(string(render(t, c)), secret); shown != (name == "token made" || name == "key made") {
			t.Errorf("%s shows the secret: %v", name, shown)
		}
	}
	doc := parse(t, peoplePages()["token made"])
	if got := text(one(t, doc, ".once")); got != "t1.ab2cd3ef4gh5ij6k."+secret || attr(one(t, doc, "dd [data-copy]"), "data-copy") != got {
		t.Errorf("the page shows %q", got)
	}
	if n := len(all(doc, "a[href*='"+secret+"'], form [value*='"+secret+"']")); n > 0 {
		t.Error("the token is in an address or a field")
	}
}

// The command of a new token does something that the token may do, at this server and in this project.
func TestNewTokensCommand(t *testing.T) {
	for may, want := range map[faas.Token]string{
		{Role: faas.Developer}:                 "-d name=hello -d description='Says hello' \\ http://127.0.0.1:8080/projects/default/functions",
		{Role: faas.Developer, ReadOnly: true}: "'http://127.0.0.1:8080/projects/default/activity/export?format=json'",
		{Role: faas.Viewer}:                    "'http://127.0.0.1:8080/projects/default/activity/export?format=json'",
	} {
		doc := parse(t, views.TokenMade(views.TokenMadeProps{Page: page(), Kind: views.Tokens, Token: may, Text: "t1.x"}))
		blocks := all(doc, "pre")
		if len(blocks) != 2 || text(blocks[0]) != "read -rs VERSO_TOKEN" {
			t.Fatalf("%d commands; the first must stand alone", len(blocks))
		}
		got := text(blocks[1])
		if !strings.HasPrefix(got, `curl --fail-with-body -sS -H "Authorization: Bearer $VERSO_TOKEN" \`) || !strings.HasSuffix(got, want) {
			t.Errorf("%v: %s", may.Role, got)
		}
	}
}

// Only sessions of others can be ended here; the own one ends by signing out.
func TestOwnSessionIsMarked(t *testing.T) {
	rows := all(parse(t, peoplePages()["sessions"]), ".sessions tbody tr")
	if len(rows) != 2 || text(one(t, rows[0], "td:last-child")) != "this one" || len(all(rows[0], "form")) != 0 {
		t.Error("the own session is not marked, or can be ended")
	}
	if got := attr(one(t, rows[1], "form"), "action"); got != "/settings/sessions/s2/end" {
		t.Errorf("the other ends at %s", got)
	}
	alone := views.SessionListProps{Page: page(), List: sessions()[:1], Current: "s1"}
	if n := len(all(parse(t, views.SessionList(alone)), "form[action$=end-others]")); n > 0 {
		t.Error("there are no others to end")
	}
}

// Errors say what to do next.
func TestErrorsLeadOn(t *testing.T) {
	pages := peoplePages()
	if got := attr(one(t, parse(t, pages["anonymous"]), "main a.button"), "href"); got != "/login?next=%2Fprojects" {
		t.Errorf("nobody is led to %s", got)
	}
	doc := parse(t, pages["forbidden"])
	if got := text(one(t, doc, "#problems")); !strings.Contains(got, `the role "lead"`) {
		t.Errorf("what is missing: %q", got)
	}
	one(t, doc, "main a.button[href='/projects/default/settings/members']")
	if got := text(one(t, parse(t, pages["too many"]), "#problems .hint")); got != "Status 429. Wait 1 min 30 s before the next try." {
		t.Errorf("too many: %q", got)
	}
	bare := views.ErrorResults(views.ErrorProps{Status: 401, Err: faas.Errorf(faas.Unauthenticated, "Sign in first."), Next: "/x"})
	if got := attr(one(t, parse(t, bare), "#results a"), "href"); got != "/login?next=%2Fx" {
		t.Errorf("a fragment leads to %s", got)
	}
}

// Who may not set a protected tag reads so before the server refuses it.
func TestProtectedTagsAreNamedInTheForm(t *testing.T) {
	for role, want := range map[faas.Role]bool{faas.Developer: true, faas.Lead: false} {
		p := newVersion(faas.FromCopy)
		p.Page.Role, p.Page.Protected = role, []string{"live", "prod"}
		if got := text(one(t, parse(t, views.VersionNew(p)), "#hint-tags")); strings.Contains(got, "Protected, for a lead to set: live, prod.") != want {
			t.Errorf("%s reads %q", role, got)
		}
	}
}
