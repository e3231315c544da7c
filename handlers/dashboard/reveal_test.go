package dashboard_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
)

const reveal = greeter + "/1/environment/REGION/reveal"

func TestS45TheFormThatRevealsAsksForThePassword(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	form := goodVersion()
	form["env_value"] = []string{"\n  eu-canary <b>&amp;\nsecond line ", ""}
	s.create(t, form, goodZip())
	if got := s.get(t, greeter+"/1").attr(t, "main dd li a", "href"); got != reveal {
		t.Errorf("the version's page leads to %q", got)
	}
	page := s.get(t, reveal)
	if page.StatusCode != http.StatusOK || page.attr(t, "main form", "action") != reveal || page.attr(t, "#password", "type") != "password" {
		t.Fatalf("the form is %d\n%s", page.StatusCode, page.text)
	}
	wrong := s.post(t, reveal, url.Values{"password": {"not the password"}})
	if wrong.StatusCode != http.StatusUnprocessableEntity || wrong.one(t, "#problem-password") == "" || strings.Contains(wrong.text, "not the password") {
		t.Errorf("a wrong password: %d, %q", wrong.StatusCode, wrong.one(t, "#problem-password"))
	}
	shown := s.post(t, reveal, url.Values{"password": {string(sitetest.Password)}})
	if shown.StatusCode != http.StatusOK || !strings.Contains(shown.Header.Get("Cache-Control"), "no-store") {
		t.Fatalf("the right password: %d, Cache-Control %q", shown.StatusCode, shown.Header.Get("Cache-Control"))
	}
	if got := shown.attr(t, "[data-copy]", "data-copy"); got != "\n  eu-canary <b>&amp;\nsecond line " {
		t.Errorf("the value to copy is %q", got)
	}
	if strings.Contains(shown.text, "<b>") || !strings.Contains(shown.text, "<pre tabindex=\"0\"><code>\n  eu-canary &lt;b&gt;") {
		t.Errorf("the value is not shown as text:\n%s", shown.text)
	}
	for name, a := range map[string]answer{"form": page, "wrong": wrong, "version": s.get(t, greeter+"/1"), "form again": s.get(t, reveal)} {
		if strings.Contains(a.text, "eu-canary") {
			t.Errorf("the value is on the page: %s", name)
		}
	}
	activity := s.get(t, "/projects/default/activity?kind=reveal").one(t, "main")
	if !strings.Contains(activity, "greeter #1 REGION") || strings.Contains(activity, "eu-canary") {
		t.Errorf("the activity says %s", activity)
	}
	if strings.Contains(s.Log.String(), "eu-canary") || strings.Contains(s.Log.String(), string(sitetest.Password)) {
		t.Error("the log holds the value or the password")
	}
}

func TestS45OnlyTheRightPeopleReveal(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.create(t, goodVersion(), goodZip())
	viewer := s.Member(t, "vera", faas.DefaultProject, faas.Viewer)
	stranger := s.Member(t, "sam", "elsewhere", faas.Owner)
	program := s.owner.WithToken(t, faas.DefaultProject, service.TokenInput{Role: faas.Owner})
	password := url.Values{"password": {string(sitetest.Password)}}
	for name, c := range map[string]struct {
		who  *sitetest.Visitor
		want int
	}{
		"nobody": {s.Nobody(t), http.StatusSeeOther}, "a viewer": {viewer, http.StatusForbidden},
		"somebody else": {stranger, http.StatusNotFound}, "a token": {program, http.StatusForbidden},
	} {
		get, post := c.who.Get(t, reveal), c.who.Post(t, reveal, password)
		if get.StatusCode != c.want || (post.StatusCode != c.want && c.want != http.StatusSeeOther) || post.StatusCode == http.StatusOK {
			t.Errorf("%s: %d and %d, want %d", name, get.StatusCode, post.StatusCode, c.want)
		}
		if strings.Contains(get.Text+post.Text, "eu-canary") {
			t.Errorf("%s sees the value", name)
		}
	}
	if page := viewer.Get(t, greeter+"/1"); strings.Contains(page.Text, "/reveal") || !strings.Contains(page.Text, faas.Masked()) {
		t.Error("a viewer's page leads to the value, or does not show that there is one")
	}
	for _, path := range []string{greeter + "/1/environment/NOSUCH/reveal", greeter + "/1/environment/region/reveal", greeter + "/9/environment/REGION/reveal"} {
		if get, post := s.get(t, path), s.post(t, path, password); get.StatusCode != http.StatusNotFound || post.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d and %d", path, get.StatusCode, post.StatusCode)
		}
	}
}
