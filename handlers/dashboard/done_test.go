package dashboard_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
	"verso/views"
)

// What a form has done is said by the page that it leads to, once, and by nothing else.
func TestPagesSayWhatWasDone(t *testing.T) {
	s := newIdleSite(t)
	admin := s.Admin(t, "root")
	s.AddPerson(t, "otto", false)
	s.owner.WithToken(t, faas.DefaultProject, service.TokenInput{})
	list, err := s.store.Tokens(t.Context(), faas.TokenFilter{ProjectID: s.Project(t, faas.DefaultProject).ID})
	if err != nil || len(list.Items) != 1 {
		t.Fatal(list, err)
	}
	const people, members = "/settings/people", "/projects/default/settings/members"
	tokens := "/projects/default/settings/tokens"
	for _, c := range []struct {
		who  *sitetest.Visitor
		path string
		form url.Values
		to   string
		says string
	}{
		{admin, people, url.Values{"name": {"pia"}, "password": {string(sitetest.Password)}}, people + "/pia", "The person is added."},
		{admin, people + "/pia/disable", nil, people + "/pia", "The person is disabled:"},
		{admin, people + "/pia/enable", nil, people + "/pia", "The person is enabled"},
		{admin, people + "/pia/admin", nil, people + "/pia", "The person is an administrator now."},
		{admin, people + "/pia/no-admin", nil, people + "/pia", "The person is no administrator any more."},
		{admin, people + "/pia/password", url.Values{"password": {"quite another one"}}, people + "/pia", "The password is set"},
		{admin, people + "/pia/sessions/end", nil, people + "/pia", "All their sessions have ended."},
		{admin, "/projects", url.Values{"name": {"billing"}}, "/projects/billing/functions", "The project is made"},
		{s.owner, members, url.Values{"person": {"otto"}, "role": {"viewer"}}, members, "The member is added."},
		{s.owner, members + "/otto/role", url.Values{"role": {"lead"}}, members, "The role is saved"},
		{s.owner, members + "/otto/remove", nil, members, "The member is removed."},
		{s.owner, tokens + "/" + list.Items[0].ID + "/revoke?all=1", nil, tokens + "?all=1", "The token is revoked"},
		{s.owner, "/projects/default/settings/tags", url.Values{"tags": {"live"}}, "/projects/default/settings/tags", "The protected tags are saved."},
		{s.owner, "/settings/sessions/end-others", nil, "/settings/sessions", "All your other sessions have ended."},
		{s.owner, "/logout", nil, "/login", "You are signed out."},
	} {
		to := c.who.Post(t, c.path, c.form).Header.Get("Location")
		if at, _, _ := strings.Cut(strings.Replace(to, "&done=", "?done=", 1), "?done="); at != c.to {
			t.Errorf("%s leads to %q", c.path, to)
		}
		if a := c.who.Get(t, to); a.StatusCode != http.StatusOK || !strings.Contains(a.Text, `<p class="notice" role="status">`+c.says) {
			t.Errorf("%s: %d, without %q\n%.3000s", to, a.StatusCode, c.says, a.Text)
		}
		if a := c.who.Get(t, c.to); strings.Contains(a.Text, c.says) {
			t.Errorf("%s says %q for ever", c.to, c.says)
		}
	}
	for _, path := range []string{"/projects?done=You+won", "/projects?done=", "/nowhere?done=" + string(views.DoneTagsProtected)} {
		if a := admin.Get(t, path); strings.Contains(a.Text, `class="notice"`) {
			t.Errorf("%s is shown:\n%.2000s", path, a.Text)
		}
	}
}

// Who gives up the administration of all is led to a page that they may see.
func TestAnAdministratorStepsBack(t *testing.T) {
	s := newIdleSite(t)
	admin := s.Admin(t, "root")
	if a := admin.Post(t, "/settings/people/root/no-admin", nil); a.StatusCode < 400 || !strings.Contains(a.Text, "last administrator") {
		t.Errorf("the last one: %d\n%.2000s", a.StatusCode, a.Text)
	}
	s.Admin(t, "other")
	own := admin.Get(t, "/settings/people/root").Text
	if strings.Contains(own, "new-password") || !strings.Contains(own, `Change your password under <a href="/settings/account">`) {
		t.Errorf("the own page asks for another password:\n%s", own)
	}
	if a := admin.Post(t, "/settings/people/root/password", url.Values{"password": {"quite another one"}}); a.StatusCode < 400 || !strings.Contains(a.Text, "your own password") {
		t.Errorf("one's own password: %d", a.StatusCode)
	}
	to := admin.Post(t, "/settings/people/root/no-admin", nil).Header.Get("Location")
	if a := admin.Get(t, to); a.StatusCode != http.StatusOK || !strings.Contains(a.Text, "You are no administrator any more.") {
		t.Errorf("%s: %d", to, a.StatusCode)
	}
	if a := admin.Get(t, "/settings/people"); a.StatusCode != http.StatusForbidden {
		t.Errorf("people: %d", a.StatusCode)
	}
}

// Adding an owner once more, as something less, changes nothing and says where roles are changed.
func TestAddingAMemberAgain(t *testing.T) {
	s := newIdleSite(t)
	a := s.post(t, "/projects/default/settings/members", url.Values{"person": {"owner"}, "role": {"viewer"}})
	if got := a.one(t, "#problem-person"); a.StatusCode != http.StatusConflict || got != "owner is an owner here already; change the role in the list." {
		t.Errorf("%d %q", a.StatusCode, got)
	}
}
