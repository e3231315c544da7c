package dashboard_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verso/faas"
	"verso/handlers/sitetest"
)

// Whoever follows a dead link is told what is missing, and keeps the way to what is there.
func TestWhatIsMissingIsNamed(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for path, want := range map[string]string{
		functions + "/nope":           "There is no function nope in the project default.",
		functions + "/nope/edit":      "There is no function nope in the project default.",
		greeter + "/7":                "greeter has no version #7.",
		greeter + "/0":                "greeter has no version #0.",
		greeter + "/x":                "greeter has no version #x.",
		greeter + "/7/package":        "greeter has no version #7.",
		"/projects/nope/functions":    "There is no project nope.",
		"/operations/x":               "There is no operation x.",
		functions + "/a%00%0Ab":       "There is no function a\uFFFD\uFFFDb in the project default.",
		functions + "/" + long("%3C"): "There is no function " + strings.Repeat("<", 64) + "… in the project default.",
	} {
		a := s.get(t, path)
		if a.StatusCode != http.StatusNotFound || a.one(t, "#problems p") != want {
			t.Errorf("%s: %d, %q", path, a.StatusCode, a.one(t, "#problems p"))
		}
		if a.one(t, ".who") == "" {
			t.Errorf("%s: nobody is named", path)
		}
		inProject := strings.HasPrefix(path, "/projects/default/")
		if links := a.all(t, `nav a[href="`+functions+`"]`); (len(links) > 0) != inProject {
			t.Errorf("%s: links to the project's functions are %q", path, links)
		}
	}
}

func long(part string) string { return strings.Repeat(part, 300) }

// A function of another project gets the same answer as one that never was.
func TestForeignAndMissingLookTheSame(t *testing.T) {
	s := newSite(t)
	owner := sitetest.Machine()
	owner.ProjectID = s.Project(t, "billing-eu").ID
	f, err := s.service.CreateFunction(t.Context(), owner, faas.FunctionInput{Name: "greeter"})
	if err != nil {
		t.Fatal(err)
	}
	body := func(nameOrID string) string {
		r := s.request(t, http.MethodGet, functions+"/"+nameOrID, nil)
		r.Header.Set("X-Request-Id", "same")
		a := s.do(t, r)
		if a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", nameOrID, a.StatusCode)
		}
		return strings.ReplaceAll(a.text, nameOrID, "NAME")
	}
	missing := strings.Replace(f.ID, f.ID[:4], "0190", 1)
	if foreign, none := body(f.ID), body(missing); foreign != none {
		t.Errorf("a foreign id answers\n%s\na missing one\n%s", foreign, none)
	}
	if foreign, none := body("greeter"), body("parrots"); foreign != none {
		t.Errorf("a foreign name answers\n%s\na missing one\n%s", foreign, none)
	}
}

// What is refused before anybody looked who asks shows nothing of the projects.
func TestForeignRequestsLearnNoProject(t *testing.T) {
	s := newSite(t)
	s.Project(t, "billing-eu")
	r := s.request(t, http.MethodPost, functions, strings.NewReader("name=abc"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if a := s.do(t, r); a.StatusCode != http.StatusForbidden || strings.Contains(a.text, "billing-eu") {
		t.Errorf("status %d\n%s", a.StatusCode, a.text)
	}
}

// Who cancels too late is led to what became of it.
func TestCancellingWhatIsDoneLeadsToIt(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	s.create(t, goodVersion(), goodZip())
	list := s.get(t, "/projects/default/operations?state=succeeded")
	path := list.attr(t, `#results a[href*="operations/"]`, "href")
	path = "/operations/" + path[strings.LastIndex(path, "/")+1:]
	a := s.post(t, path+"/cancel", url.Values{})
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != path {
		t.Errorf("%s: status %d to %q\n%s", path, a.StatusCode, a.Header.Get("Location"), a.text)
	}
	r := s.request(t, http.MethodPost, path+"/cancel", nil)
	r.Header.Set("HX-Request", "true")
	if a := s.do(t, r); a.Header.Get("HX-Redirect") != path {
		t.Errorf("htmx: status %d to %q", a.StatusCode, a.Header.Get("HX-Redirect"))
	}
	if a := s.post(t, "/operations/x/cancel", url.Values{}); a.StatusCode != http.StatusNotFound {
		t.Errorf("a missing one: status %d", a.StatusCode)
	}
}
