package dashboard_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestEachWrongFieldOfAFunctionIsNamed(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "taken-name")
	for name, c := range map[string]struct {
		field  string
		status int
		form   url.Values
	}{
		"no name":   {"name", 422, url.Values{"name": {""}}},
		"bad name":  {"name", 422, url.Values{"name": {"Ab"}}},
		"taken":     {"name", 409, url.Values{"name": {"taken-name"}}},
		"too long":  {"description", 422, url.Values{"name": {"abc"}, "description": {strings.Repeat("x", 601)}}},
		"bad label": {"labels", 422, url.Values{"name": {"abc"}, "labels": {"team"}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := s.post(t, functions, c.form)
			if a.StatusCode != c.status || a.one(t, "#problem-"+c.field) == "" {
				t.Errorf("status %d, problem %q", a.StatusCode, a.one(t, "#problem-"+c.field))
			}
			if got := a.attr(t, "#name", "value"); got != c.form.Get("name") {
				t.Errorf("the name came back as %q", got)
			}
		})
	}
	if a := s.post(t, functions, url.Values{"name": {""}, "description": {strings.Repeat("x", 601)}, "labels": {"team"}}); len(a.all(t, "#problems li")) != 3 {
		t.Errorf("the summary lists %q", a.all(t, "#problems li"))
	}
}

func TestIdsAndOldNamesLeadOn(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	if a := s.post(t, functions+"/greeter/edit", url.Values{"name": {"parrot"}, "description": {"Repeats."}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("editing: %d\n%s", a.StatusCode, a.text)
	}
	a := s.get(t, functions+"/greeter/versions?q=x%20y")
	if a.StatusCode != http.StatusMovedPermanently || a.Header.Get("Location") != functions+"/parrot/versions?q=x%20y" {
		t.Errorf("the old name: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	p, err := s.service.Project(t.Context(), "default")
	if err != nil {
		t.Fatal(err)
	}
	if a := s.get(t, "/projects/"+p.ID+"/functions"); a.Header.Get("Location") != functions {
		t.Errorf("the project's id: %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	if text := s.get(t, functions+"/parrot").one(t, "main"); !strings.Contains(text, "Repeats.") {
		t.Errorf("the page says %s", text)
	}
}

func TestDeletingIsConfirmed(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.create(t, goodVersion(), goodZip())
	a := s.post(t, functions+"/greeter/delete", url.Values{"key": {"k"}})
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.one(t, "main"), "prod") {
		t.Errorf("status %d: %s", a.StatusCode, a.one(t, "main"))
	}
	s.makeFunction(t, "parrot")
	a = s.post(t, functions+"/parrot/delete", url.Values{"key": {"k2"}})
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d\n%s", a.StatusCode, a.text)
	}
	s.finished(t, a.Header.Get("Location"))
	if a := s.get(t, functions+"/parrot"); a.StatusCode != http.StatusNotFound {
		t.Errorf("the page is still there: %d", a.StatusCode)
	}
}

func TestWrongAddressesAndKeys(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for path, status := range map[string]int{
		"/nope": 404, "/projects/nope/functions": 404, functions + "/nope": 404, greeter + "/0": 404, greeter + "/1": 404,
		greeter + "/x": 404, greeter + "/99999999999999999999": 404, "/operations/x": 404,
		"/operations/01890000-0000-7000-8000-000000000000": 404, greeter + "?after=x": 422, greeter + "?before=-1": 422,
		functions + "?after=%00": 422, functions + "?sort=changed&after=!!": 422, greeter + "?q=%00": 200, functions + "?q=%25_%5c'": 200,
		greeter + "?status=failed&after=x": 422, "/projects/default/operations?state=odd": 200, greeter + "/new?from=999": 200, greeter + "/new?copy=9&source=copy": 200,
	} {
		a := s.get(t, path)
		if a.StatusCode != status {
			t.Errorf("%s: %d, want %d: %s", path, a.StatusCode, status, a.one(t, "body"))
		}
		if a.StatusCode >= 400 && a.one(t, "h1") == "" {
			t.Errorf("%s has no heading", path)
		}
	}
}

func TestListsAnswerInParts(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.makeFunction(t, "parrot")
	for _, path := range []string{functions, greeter, "/projects/default/operations"} {
		a := s.fragment(t, path)
		if len(a.all(t, "header")) > 0 || len(a.all(t, "#results")) != 1 {
			t.Errorf("%s is not its results alone:\n%s", path, a.text)
		}
	}
	if rows := s.get(t, functions+"?q=PARR").all(t, "#results [data-row]"); len(rows) != 1 || !strings.Contains(rows[0], "parrot") {
		t.Errorf("the search found %q", rows)
	}
}

func TestForeignPagesCannotPost(t *testing.T) {
	s := newSite(t)
	r := s.request(t, http.MethodPost, functions, strings.NewReader("name=abc"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := s.do(t, r); a.StatusCode != http.StatusForbidden {
		t.Errorf("status %d", a.StatusCode)
	}
	if rows := s.get(t, functions).all(t, "#results [data-row]"); len(rows) > 0 {
		t.Errorf("rows are %q", rows)
	}
}
