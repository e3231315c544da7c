package views_test

import (
	"strings"
	"testing"

	"verso/faas"
	"verso/views"
)

// Each tag that keeps a function from being deleted can be removed where it is said.
func TestHeldTagsCanBeRemoved(t *testing.T) {
	tags := []faas.Tag{{Name: faas.Latest, Number: 43}, {Name: "prod", Number: 38}}
	doc := parse(t, views.FunctionDelete(views.FunctionDeleteProps{Page: page(), Function: function(), Tags: tags}))
	form := one(t, doc, "form[method=post][action$='/tags/prod/remove']")
	if got := attr(form, "action"); got != views.TagRemoveURL("default", "invoice-pdf", "prod") || got != "/projects/default/functions/invoice-pdf/tags/prod/remove" {
		t.Errorf("it posts to %s", got)
	}
	if got := attr(one(t, form, "input[name=number]"), "value"); got != "38" {
		t.Errorf("the version seen is %q", got)
	}
	if got := text(one(t, form, "button[type=submit]")); got != "Remove tag prod from #38" {
		t.Errorf("the button says %q", got)
	}
	if n := len(all(doc, "form form")) + len(all(doc, "form[action*=latest]")); n > 0 {
		t.Errorf("%d forms that must not be", n)
	}
	viewer := page()
	viewer.Role = faas.Viewer
	doc = parse(t, views.FunctionDelete(views.FunctionDeleteProps{Page: viewer, Function: function(), Tags: tags}))
	if n := len(all(doc, "form[action$='/remove']")); n > 0 {
		t.Error("a viewer is offered to remove a tag")
	}
}

// The page of a deletion that is done leads to nothing that is gone.
func TestDoneDeletionLeadsToNothingGone(t *testing.T) {
	op := operation(faas.Succeeded)
	op.Kind, op.Number = faas.DeleteFunction, 0
	doc := parse(t, views.OperationPage(views.OperationProps{Page: page(), Operation: op}))
	if n := len(all(doc, "a[href*='/functions/']")); n > 0 {
		t.Errorf("%d links to the function", n)
	}
	if got := text(one(t, doc, ".crumbs li:last-child")); got != "invoice-pdf" {
		t.Errorf("the breadcrumb ends with %q", got)
	}
	if got := attr(one(t, doc, "#operation .row-acts a"), "href"); got != "/projects/default/functions" {
		t.Errorf("the button leads to %s", got)
	}
}

func TestNeighboursOfAVersion(t *testing.T) {
	for number, want := range map[int64]string{1: "#2 ›", 40: "‹ #39 #41 ›", 43: "‹ #42"} {
		v := version()
		v.Number = number
		doc := parse(t, views.VersionPage(views.VersionProps{Page: page(), Function: function(), Version: v}))
		if got := text(one(t, doc, ".titled nav")); got != want {
			t.Errorf("#%d: %q, want %q", number, got, want)
		}
	}
}

// A bucket that is no longer connected stays visible instead of turning into another choice.
func TestStrangeBucketStays(t *testing.T) {
	p := newVersion(faas.FromBucket)
	p.Form.Bucket = "ci-artifacts"
	chosen := one(t, parse(t, views.VersionNew(p)), "#bucket option[selected]")
	if attr(chosen, "value") != "ci-artifacts" || text(chosen) != "ci-artifacts (not connected)" {
		t.Errorf("the choice is %q", text(chosen))
	}
	p.Form.Bucket = "releases"
	if got := len(all(parse(t, views.VersionNew(p)), "#bucket option")); got != 2 {
		t.Errorf("%d choices, want the empty one and the bucket", got)
	}
}

func TestRetiredRuntimesComeLast(t *testing.T) {
	groups := all(parse(t, views.VersionNew(newVersion(faas.FromUpload))), "#runtime optgroup")
	for i, g := range groups {
		for _, o := range all(g, "option") {
			r, _ := faas.RuntimeByID(attr(o, "value"))
			if last := i == len(groups)-1; (r.Support == faas.Retired) != last {
				t.Errorf("%s is %s and stands under %q", r.ID, r.Support, attr(g, "label"))
			}
		}
	}
	if got := attr(groups[len(groups)-1], "label"); got != "No longer supported" {
		t.Errorf("the last group is %q", got)
	}
}

// An error that happened inside of a project leads back into it.
func TestErrorPageStaysInItsProject(t *testing.T) {
	p := views.ErrorProps{Page: page(), Status: 404, Err: faas.Errorf(faas.NotFound, "There is no version #9.")}
	p.Page.Project = "billing"
	doc := parse(t, views.ErrorPage(p))
	if got := attr(one(t, doc, "main .button"), "href"); got != "/projects/billing/functions" {
		t.Errorf("the button leads to %s", got)
	}
	if n := len(all(doc, "nav[aria-label=Main] a")); n != 4 {
		t.Errorf("%d links of navigation", n)
	}
	p.Page.Project = ""
	if got := attr(one(t, parse(t, views.ErrorPage(p)), "main .button"), "href"); got != "/" {
		t.Errorf("without a project the button leads to %s", got)
	}
}

// Sentences for the browser are whole ones.
func TestLengthSentences(t *testing.T) {
	doc := parse(t, views.FunctionNew(views.FunctionFormProps{Page: page(), Limits: faas.DefaultLimits()}))
	for id, want := range map[string]string{
		"name": "The name must have 3 to 63 characters.", "description": "The description is too long; 600 characters are allowed.",
	} {
		if got := attr(one(t, doc, "#"+id), "data-msg-length"); got != want {
			t.Errorf("%s: %q", id, got)
		}
	}
	if server := faas.ProblemsOf(faas.CheckName("name", "ab")); len(server) != 1 || !strings.Contains(server[0].Message, "3 to 63") {
		t.Errorf("the server says %v", server)
	}
}
