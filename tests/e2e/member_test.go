package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"verso/blob/blobtest"
	"verso/tests/program"
)

// Somebody whom an owner adds is in with their next click.
func TestMemberAdded(t *testing.T) {
	EachWay(t, func(t *testing.T, database string, look Look) {
		s := Start(t, Options{Database: database})
		s.AddPerson("mia")
		owner, mia := s.Page(t, look), s.PageOf(t, look, "mia")
		owner.Expect(http.StatusUnprocessableEntity)
		mia.Expect(http.StatusNotFound)
		owner.makeFunction(s, "invoice-pdf")

		mia.Open(s.function("invoice-pdf"))
		mia.WaitText("#problems", "There is no project default.")
		mia.Open(s.URL)
		mia.WaitText("main", "You belong to no project yet")

		owner.Open(s.functions())
		owner.Click("nav[aria-label=Main] a[href$=members]")
		owner.Fill("#person", "nobody")
		owner.Choose("#role", "developer")
		owner.submit()
		owner.WaitText("#problem-person", "There is no person of that name.")
		owner.Fill("#person", "mia")
		owner.submit()
		owner.WaitText("table.members", "mia")

		mia.Click("a.brand")
		mia.WaitText("table.functions", "invoice-pdf")
		mia.makeFunction(s, "made-by-mia")
		owner.Open(s.URL + "/projects/default/activity")
		owner.WaitText("table.record", "gave the role “developer” to mia")
		owner.WaitText("table.record", "made-by-mia")
	})
}

// Who loses the role is refused with the next click: on a page that is open, with a form that is open, and on a card that
// asks for itself, which then stops asking.
func TestS14RoleTakenAway(t *testing.T) {
	store := blobtest.S3(t)
	store.MakeBucket("releases")
	store.PutObject("releases", "a.zip", packed(t, 0, "index.js"))
	EachEngine(t, func(t *testing.T, database string) {
		before := newGate(t, store.Endpoint)
		options := withBucket(store)
		options.Database = database
		options.Buckets["releases"] = strings.Replace(store.URL("releases"), escaped(store.Endpoint), escaped(before.URL), 1)
		s := Start(t, options)
		s.AddMember("mia", "developer")
		s.AddMember("nora", "developer")
		owner, mia, card, nora := s.Page(t, Look{}), s.PageOf(t, Look{}, "mia"), s.PageOf(t, Look{}, "mia"), s.PageOf(t, Look{}, "nora")
		for _, p := range []*Page{mia, card, nora} {
			p.Expect(http.StatusForbidden, http.StatusNotFound, http.StatusUnauthorized)
		}
		owner.makeFunction(s, "greeter")
		before.close()
		card.watchOperation(s)
		nora.watchOperation(s)
		operation := nora.URL()

		mia.Open(s.functions() + "/new")
		mia.Fill("#name", "too-late")
		owner.Open(s.URL + "/projects/default/settings/members")
		owner.giveRole("mia", "viewer")
		mia.submit()
		mia.WaitText("#problems", `This needs the role "developer" in the project; yours is "viewer".`)
		mia.Open(s.functions())
		mia.WaitText("table.functions", "greeter")
		if strings.Contains(mia.Text("main"), "too-late") {
			t.Error("the function was made")
		}

		owner.Click("a[href$='/mia/remove']")
		owner.Click("#dialog form button.danger")
		owner.WaitUntil("mia is no member", `document.readyState === 'complete' && !document.querySelector('dialog[open]') && !document.querySelector('table.members').textContent.includes('mia')`)
		mia.Click("[data-row] a")
		mia.WaitText("#problems", "There is no project default.")
		card.WaitText("body", "There is no operation")
		card.asksNoMore()

		owner.Open(s.URL + "/settings/people/nora")
		owner.Click("button.danger")
		owner.WaitText("main", "Let nora in again")
		nora.WaitUntil("the page to sign in", `location.pathname === '/login'`)
		nora.asksNoMore()
		if want := s.URL + "/login?next=" + escaped(strings.TrimPrefix(operation, s.URL)); nora.URL() != want {
			t.Errorf("the card leads to %s instead of %s", nora.URL(), want)
		}
		nora.signInAs("nora", program.Password)
		nora.WaitText("#problems", wrongNameOrPassword)
		before.open()
		owner.Open(s.URL + "/projects/default/activity?kind=denied")
		owner.WaitText("table.record", "tried to create functions and may not")
	})
}

// watchOperation begins a version that cannot be fetched yet, and ends on the card that asks for it.
func (p *Page) watchOperation(s *Server) {
	p.t.Helper()
	p.fromBucket(s, "greeter", "releases", "a.zip")
	p.submit()
	p.WaitFor("#operation[data-poll]")
}

// giveRole changes a member's role on the page of members.
func (p *Page) giveRole(member, role string) {
	p.t.Helper()
	row := "form[action$='/" + member + "/role'] "
	p.Choose(row+"select", role)
	p.Click(row + "button")
	p.WaitUntil("the role is "+role, `document.readyState === 'complete' && document.querySelector(`+quoted(row+"option[selected]")+`)?.value === `+quoted(role))
}

// asksNoMore wants a page that asked for itself every second to rest.
func (p *Page) asksNoMore() {
	p.t.Helper()
	p.Eval(`performance.clearResourceTimings()`)
	time.Sleep(2200 * time.Millisecond)
	if got := Eval[int](p, asked); got != 0 {
		p.t.Errorf("the page asked %d times after it was refused", got)
	}
}
