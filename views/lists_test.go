package views_test

import (
	"net/url"
	"strings"
	"testing"

	"verso/faas"
	"verso/views"
)

// resolved is where a link leads from a page of this address, as a browser reads it.
func resolved(t *testing.T, page, href string) string {
	t.Helper()
	at, err := url.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	to, err := at.Parse(href)
	if err != nil {
		t.Fatal(err)
	}
	return to.String()
}

// Rows have short addresses; they must lead to the same places as the long ones.
func TestRowLinks(t *testing.T) {
	f := function()
	list := faas.List[faas.VersionRow]{Items: versions(1)}
	rows := faas.List[faas.FunctionRow]{Items: functions(1)}
	viewer, deleting := page(), function()
	viewer.Role, deleting.Status = faas.Viewer, faas.FunctionDeleting
	one := views.VersionURL("default", f.Name, 2000)
	copied := views.VersionsURL("default", f.Name) + "/new?source=copy&from=2000&copy=2000"
	for name, c := range map[string]struct {
		at   string
		page []byte
		want []string
	}{
		"versions": {
			views.VersionListURL("default", f.Name, faas.VersionFilter{Text: "x"}),
			render(t, views.VersionList(views.VersionListProps{Page: page(), Function: f, List: list})),
			[]string{one, copied, one + "/package"},
		},
		"versions for a viewer": {
			views.VersionsURL("default", f.Name),
			render(t, views.VersionList(views.VersionListProps{Page: viewer, Function: f, List: list})),
			[]string{one, one + "/package"},
		},
		"versions of a function that goes": {
			views.VersionsURL("default", f.Name),
			render(t, views.VersionList(views.VersionListProps{Page: page(), Function: deleting, List: list})),
			[]string{one, one + "/package"},
		},
		"newest versions": {
			views.FunctionURL("default", f.Name),
			render(t, views.FunctionPage(views.FunctionProps{Page: page(), Function: f, Versions: list.Items})),
			[]string{one, copied, one + "/package"},
		},
		"functions": {
			views.FunctionListURL("default", faas.FunctionFilter{Tag: "prod"}),
			render(t, views.FunctionList(views.FunctionListProps{Page: page(), List: rows})),
			[]string{
				views.FunctionURL("default", "invoice-pdf-0"), views.VersionURL("default", "invoice-pdf-0", 42),
				views.VersionURL("default", "invoice-pdf-0", 38),
			},
		},
	} {
		var got []string
		for _, a := range all(parseBytes(t, c.page), "tr[data-row] a") {
			got = append(got, resolved(t, c.at, attr(a, "href")))
		}
		if strings.Join(got, " ") != strings.Join(c.want, " ") {
			t.Errorf("%s: the row leads to\n%v, want\n%v", name, got, c.want)
		}
	}
}

// A row names the door only where it is not the one that people look through.
func TestRowNamesOtherDoors(t *testing.T) {
	for door, want := range map[faas.Door]string{
		faas.DoorDashboard: "Anna Weber", faas.DoorYandex: "Anna Weber via the Yandex API",
		faas.DoorCommandLine: "Anna Weber via the command line",
	} {
		row := versions(1)
		row[0].Door = door
		doc := parse(t, views.VersionListResults(views.VersionListProps{Page: page(), Function: function(), List: faas.List[faas.VersionRow]{Items: row}}))
		if got := text(one(t, doc, "tr[data-row] td:nth-child(4)")); got != want {
			t.Errorf("%s: the row says %q", door, got)
		}
		op := operation(faas.Queued)
		op.Door = door
		doc = parse(t, views.OperationListResults(views.OperationListProps{Page: page(), List: faas.List[faas.Operation]{Items: []faas.Operation{op}}}))
		if got := text(one(t, doc, "tr[data-row] td:nth-child(4)")); got != want {
			t.Errorf("%s: the operation's row says %q", door, got)
		}
	}
}

// The last window of a long search has nothing: it must not say that nothing matches at all.
func TestLaterEmptyWindow(t *testing.T) {
	filter := faas.VersionFilter{Text: "tax", Page: faas.Page{After: "k"}}
	doc := parse(t, views.VersionListResults(views.VersionListProps{Page: page(), Function: function(), Filter: filter}))
	if got := text(one(t, doc, ".empty h2")); got != "Nothing further" {
		t.Errorf("versions: %q", got)
	}
	if got := attr(one(t, doc, ".empty a"), "href"); !strings.HasSuffix(got, "/versions?q=tax") {
		t.Errorf("it leads back to %s", got)
	}
	doc = parse(t, views.FunctionListResults(views.FunctionListProps{Page: page(), Filter: faas.FunctionFilter{Text: "tax", Page: filter.Page}}))
	if got := text(one(t, doc, ".empty h2")); got != "Nothing further" {
		t.Errorf("functions: %q", got)
	}
}

func TestStatusFilterOfFunctions(t *testing.T) {
	p := views.FunctionListProps{Page: page(), Filter: faas.FunctionFilter{Status: faas.FunctionDeleting}}
	doc := parse(t, views.FunctionList(p))
	if got := attr(one(t, doc, "select[name=status] option[selected]"), "value"); got != "deleting" {
		t.Errorf("the filter shows %q", got)
	}
	if got := text(one(t, doc, ".empty h2")); got != "Nothing matches" {
		t.Errorf("the empty list says %q", got)
	}
	if got := views.FunctionListURL("p", p.Filter); got != "/projects/p/functions?status=deleting" {
		t.Errorf("its address is %s", got)
	}
}
