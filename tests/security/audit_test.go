package security_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
)

// event is something that the record has to tell of, and the lines that it leaves: action, result, kind, actor, detail.
type event struct {
	name string
	by   *sitetest.Visitor
	path string
	form url.Values
	want []string
}

// Each event is one line, with who, what, where from, how it ended, the request's id and the time in UTC.
func TestS78EachEventIsOneLine(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		s.AddPerson(t, "pat", false)
		pat := s.SignedIn(t, s.AddPerson(t, "paula", false))
		s.Join(t, "paula", "alpha", faas.Viewer)
		program := w.developer.WithToken(t, "alpha", service.TokenInput{Name: "ci"})
		reading := w.owner.WithToken(t, "alpha", service.TokenInput{Name: "reader", ReadOnly: true})
		reveal := w.alpha.versions() + "/1/environment/REGION/reveal"
		right, fresh := string(sitetest.Password), "twelve dozen plums"
		people, members, tags := "/settings/people", w.alpha.settings()+"/members", w.alpha.settings()+"/tags"
		denied := func(v *sitetest.Visitor, right faas.Right, method, path string) []string {
			return []string{fmt.Sprintf("%s refused denied %s: %s %s", right, v.Name, method, path)}
		}
		nobody := s.Nobody(t)
		for _, e := range []event{
			{"a sign-in", nobody, "/login", url.Values{"name": {"pat"}, "password": {right}}, []string{"session.start done access pat: "}},
			{"a wrong password", s.Nobody(t), "/login", url.Values{"name": {"pat"}, "password": {wrong}}, []string{"session.refused refused denied pat: "}},
			{"a name that is nobody's", s.Nobody(t), "/login", url.Values{"name": {"nobod"}, "password": {wrong}}, []string{"session.refused refused denied (an unknown name): "}},
			{"signing out", nobody, "/logout", nil, []string{"session.end done access pat: signed out"}},
			{"signing out again", nobody, "/logout", nil, nil},
			{"changing one's password", pat, "/settings/account", url.Values{"old": {right}, "password": {fresh}}, []string{"person.password done access paula: paula", "session.start done access paula: "}},
			{"a wrong old password", pat, "/settings/account", url.Values{"old": {wrong}, "password": {fresh}}, []string{"password.refused refused denied paula: to change it"}},
			{"adding a person", w.admin, people, url.Values{"name": {"new-one"}, "password": {right}}, []string{"person.add done settings adam: new-one"}},
			{"adding an administrator", w.admin, people, url.Values{"name": {"new-admin"}, "password": {right}, "admin": {"1"}}, []string{"person.add done settings adam: new-admin, administrator"}},
			{"adding a person again", w.admin, people, url.Values{"name": {"new-one"}, "password": {right}}, nil},
			{"disabling", w.admin, people + "/new-one/disable", nil, []string{"person.disable done settings adam: new-one"}},
			{"disabling again", w.admin, people + "/new-one/disable", nil, nil},
			{"a sign-in of who is disabled", s.Nobody(t), "/login", url.Values{"name": {"new-one"}, "password": {right}}, []string{"session.refused refused denied new-one: disabled"}},
			{"enabling", w.admin, people + "/new-one/enable", nil, []string{"person.enable done settings adam: new-one"}},
			{"making an administrator", w.admin, people + "/new-one/admin", nil, []string{"person.admin done settings adam: new-one"}},
			{"taking it", w.admin, people + "/new-one/no-admin", nil, []string{"person.no-admin done settings adam: new-one"}},
			{"taking it again", w.admin, people + "/new-one/no-admin", nil, nil},
			{"setting a password", w.admin, people + "/new-one/password", url.Values{"password": {fresh}}, []string{"person.password done access adam: new-one"}},
			{"making a project", w.admin, "/projects", url.Values{"name": {"gamma"}}, []string{"project.create done create adam: gamma"}},
			{"adding a member", w.owner, members, url.Values{"person": {"pat"}, "role": {"viewer"}}, []string{"member.set done settings olga: pat, viewer"}},
			{"adding a member again", w.owner, members, url.Values{"person": {"pat"}, "role": {"owner"}}, nil},
			{"another role", w.owner, members + "/pat/role", url.Values{"role": {"lead"}}, []string{"member.set done settings olga: pat, lead (was viewer)"}},
			{"the same role", w.owner, members + "/pat/role", url.Values{"role": {"lead"}}, nil},
			{"removing a member", w.owner, members + "/pat/remove", nil, []string{"member.remove done settings olga: pat"}},
			{"protecting tags", w.owner, tags, url.Values{"tags": {"prod stable"}}, []string{"project.protect-tags done settings olga: prod stable"}},
			{"protecting the same tags", w.owner, tags, url.Values{"tags": {"stable prod"}}, nil},
			{"making a token", w.developer, w.alpha.settings() + "/tokens", url.Values{"name": {"mine"}, "role": {"viewer"}, "expires": {"1d"}}, []string{"token.create done access dina: mine"}},
			{"making a key", w.developer, w.alpha.settings() + "/keys", url.Values{"name": {"mine"}, "role": {"viewer"}, "expires": {"1d"}}, []string{"accesskey.create done access dina: mine"}},
			{"revoking a token", w.owner, w.alpha.settings() + "/tokens/" + w.alpha.token + "/revoke", nil, []string{"token.revoke done access olga: pipeline"}},
			{"revoking a key", w.owner, w.alpha.settings() + "/keys/" + w.alpha.key + "/revoke", nil, []string{"accesskey.revoke done access olga: signer"}},
			{"making a function", program, w.alpha.functions(), url.Values{"name": {"by-program"}}, []string{"function.create done create dina by ci: by-program"}},
			{"editing a function", w.developer, w.alpha.functions() + "/by-program/edit", url.Values{"name": {"by-program"}, "description": {"x"}}, []string{"function.edit done settings dina: by-program"}},
			{"removing a tag", w.developer, w.alpha.functions() + "/" + w.alpha.function + "/tags/beta/remove", url.Values{"number": {"1"}}, []string{"tag.remove done tag dina: beta from " + w.alpha.function + " #1"}},
			{"seeing a value", w.developer, reveal, url.Values{"password": {right}}, []string{"environment.reveal done reveal dina: " + w.alpha.function + " #1 REGION"}},
			{"a wrong password for a value", w.developer, reveal, url.Values{"password": {wrong}}, []string{"password.refused refused denied dina: " + w.alpha.function + " #1 REGION"}},
			{"too low a role", w.viewer, w.alpha.functions(), url.Values{"name": {"no"}}, denied(w.viewer, faas.RightCreateFunction, "POST", w.alpha.functions())},
			{"too low a role for a function", w.viewer, w.alpha.functions() + "/by-program/delete", nil, []string{fmt.Sprintf("%s refused denied vera: by-program: POST %s/by-program/delete", faas.RightDeleteFunction, w.alpha.functions())}},
			{"a reading token", reading, w.alpha.functions(), url.Values{"name": {"no"}}, []string{fmt.Sprintf("%s refused denied olga by reader: POST %s", faas.RightCreateFunction, w.alpha.functions())}},
			{"no administrator", w.owner, people, url.Values{"name": {"no"}}, denied(w.owner, faas.RightChangePeople, "POST", people)},
			{"another's project", w.stranger, w.alpha.functions(), url.Values{"name": {"no"}}, nil}, // to them it does not exist
			{"a wrong form", w.developer, w.alpha.functions(), url.Values{"name": {"No!"}}, nil},
			{"deleting a function", w.lead, w.alpha.functions() + "/by-program/delete", nil, []string{"function.delete done delete lena: by-program", "function.deleted done delete lena: by-program"}},
			{"ending one's other sessions", s.SignedIn(t, w.viewer.Person), "/settings/sessions/end-others", nil, []string{"session.end-others done access vera: "}},
			{"ending somebody's sessions", w.admin, people + "/vera/sessions/end", nil, []string{"session.end-all done access adam: vera"}},
		} {
			w.leaves(t, e)
		}
	})
}

// leaves does what the event says and compares the new lines of the record with the due ones.
func (w *world) leaves(t *testing.T, e event) {
	t.Helper()
	before := w.record(t)
	e.by.Address = home
	r := e.by.Form(t, e.path, e.form)
	id := "event-" + strings.ReplaceAll(strings.ReplaceAll(e.name, " ", "-"), "'", "")
	r.Header.Set("X-Request-Id", id)
	begun := w.Clock.Now()
	a := e.by.Do(t, r)
	e.by.Address = ""
	if to := a.Header.Get("Location"); strings.HasPrefix(to, "/operations/") {
		finished(t, w.owner, to)
	}
	var got []string
	for _, line := range w.record(t)[len(before):] {
		by := line.Actor
		if line.Token != "" {
			by += " by " + line.Token
		}
		got = append(got, fmt.Sprintf("%s %s %s %s: %s", line.Action, line.Result, line.Kind, by, line.Detail))
		if line.RequestID != id || line.Address != home || line.Door != faas.DoorDashboard {
			t.Errorf("%s: the line has the request %q, address %q, door %q", e.name, line.RequestID, line.Address, line.Door)
		}
		if line.At.Location() != time.UTC || line.At.Before(begun) || line.At.After(w.Clock.Now()) {
			t.Errorf("%s: the line is of %s", e.name, line.At)
		}
		if line.Result == faas.AuditDone && (line.Target == "" || line.ActorID == "") {
			t.Errorf("%s: the line has the target %q and the actor %q", e.name, line.Target, line.ActorID)
		}
		if (line.Token == "") != (line.TokenID == "") {
			t.Errorf("%s: the line has the token %q with the id %q", e.name, line.Token, line.TokenID)
		}
	}
	if !slices.Equal(got, e.want) {
		t.Errorf("%s (%d) leaves %q, want %q", e.name, a.StatusCode, got, e.want)
	}
}

// record is every line, in the order in which they were written.
func (w *world) record(t *testing.T) (all []faas.Audit) {
	t.Helper()
	projects, err := w.Store.Projects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, project := range append(projects, faas.Project{}) { // some belong to none
		err := w.Store.EachAudit(t.Context(), faas.AuditFilter{ProjectID: project.ID}, func(a faas.Audit) error {
			all = append(all, a)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.SortFunc(all, func(a, b faas.Audit) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// A version and the set-up, which begin elsewhere.
func TestS78VersionsAndTheFirstAdministrator(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		key := offer(t, s)
		v := at(t, s, home)
		r := v.Form(t, "/setup", setup(key, "first"))
		r.Header.Set("X-Request-Id", "set-up")
		status(t, v.Do(t, r), http.StatusSeeOther)
		status(t, v.Post(t, "/projects/default/functions", url.Values{"name": {"greeter"}}), http.StatusSeeOther)
		r = multipartForm(t, v, "/projects/default/functions/greeter/versions", goodVersion(), "a.zip", goodZip())
		r.Header.Set("X-Request-Id", "version")
		a := v.Do(t, r)
		status(t, a, http.StatusSeeOther)
		finished(t, v, a.Header.Get("Location"))
		got := texts(t, open(t, s), `SELECT action || ' ' || actor || ' ' || address || ' ' || result || ' ' || detail AS line FROM audit WHERE request_id IN ('set-up', 'version') ORDER BY at, id`)
		want := []string{
			"person.setup first 203.0.113.7 done first", "member.set first 203.0.113.7 done first, owner", "session.start first 203.0.113.7 done ",
			"version.create first 203.0.113.7 done greeter", "version.published first 203.0.113.7 done greeter #1", "tag.set first 203.0.113.7 done beta on greeter #1",
		}
		if !slices.Equal(got, want) {
			t.Errorf("the record says %q, want %q", got, want)
		}
	})
}

// Nobody changes or removes a line: no page offers it to anybody, and the database refuses it.
func TestS78TheRecordIsAppendOnly(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		before := texts(t, conn, `SELECT * FROM audit ORDER BY id`)
		for _, statement := range []string{`UPDATE audit SET actor = 'x'`, `DELETE FROM audit`, `UPDATE audit SET at = 0 WHERE action = 'function.create'`} {
			if _, err := conn.ExecContext(t.Context(), statement); err == nil {
				t.Errorf("the database takes %s", statement)
			}
		}
		for _, path := range []string{"/projects/alpha/activity", "/settings/activity", "/projects/alpha/activity/export", "/settings/activity/export"} {
			for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
				status(t, w.admin.Do(t, w.admin.Request(t, method, path, nil)), http.StatusMethodNotAllowed)
			}
		}
		if after := texts(t, conn, `SELECT * FROM audit ORDER BY id`); !slices.Equal(before, after) || len(after) == 0 {
			t.Errorf("the record had %d lines and has %d", len(before), len(after))
		}
	})
}

// Who may see the record sees what they may: addresses of others are for leads.
func TestS78AddressesAreForLeads(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		w.owner.Address = lair
		status(t, w.owner.Post(t, w.alpha.functions(), url.Values{"name": {"from-the-lair"}}), http.StatusSeeOther)
		for _, path := range []string{"/projects/alpha/activity", "/projects/alpha/activity/export?format=csv", "/projects/alpha/activity/export?format=json", w.alpha.functions() + "/from-the-lair"} {
			for _, v := range []*sitetest.Visitor{w.viewer, w.developer} {
				if a := v.Get(t, path); strings.Contains(a.Text, lair) {
					t.Errorf("%s shows the owner's address to %s", path, v.Name)
				}
			}
		}
		if a := w.lead.Get(t, "/projects/alpha/activity"); !strings.Contains(a.Text, lair) {
			t.Error("a lead does not see addresses")
		}
		status(t, w.lead.Get(t, "/settings/activity"), http.StatusForbidden)
	})
}
