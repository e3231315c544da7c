package views_test

import (
	"strings"
	"testing"

	"verso/faas"
	"verso/views"
)

// The card asks for itself while something runs, and never afterwards.
func TestCardPollsOnlyWhileItRuns(t *testing.T) {
	for _, state := range []faas.OperationState{faas.Queued, faas.Running, faas.Succeeded, faas.Failed, faas.Cancelled} {
		card := one(t, parse(t, views.OperationCard(views.OperationProps{Page: page(), Operation: operation(state)})), "section#operation")
		polls := attr(card, "hx-get") == "/operations/"+anID && attr(card, "hx-trigger") == "every 1s" && attr(card, "hx-swap") == "outerHTML"
		silent := attr(card, "hx-get")+attr(card, "hx-trigger")+attr(card, "hx-swap") == "" && len(all(card, "[hx-get]")) == 0
		if state.Done() && !silent || !state.Done() && !polls {
			t.Errorf("%s: polls %v, silent %v", state, polls, silent)
		}
		if got := attr(card, "data-state"); got != string(state) {
			t.Errorf("%s: data-state is %q", state, got)
		}
	}
}

func TestStages(t *testing.T) {
	for state, want := range map[faas.OperationState]string{
		faas.Queued:    "done <1 ms|waiting|waiting|waiting|waiting",
		faas.Running:   "done <1 ms|done 120 ms|done 120 ms|now|waiting",
		faas.Succeeded: "done <1 ms|done 120 ms|done 120 ms|done 120 ms|done 120 ms",
		faas.Failed:    "done <1 ms|done 120 ms|failed|not reached|not reached",
		faas.Cancelled: "done <1 ms|done 120 ms|cancelled|not reached|not reached",
	} {
		doc := parse(t, views.OperationCard(views.OperationProps{Page: page(), Operation: operation(state)}))
		var got []string
		for _, li := range all(doc, "ol.stages > li") {
			spans := all(li, "span")
			got = append(got, strings.TrimSpace(text(spans[0])+" "+text(spans[1])))
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %s, want %s", state, strings.Join(got, "|"), want)
		}
	}
}

func TestCardOffersWhatIsNext(t *testing.T) {
	row := versions(1)[0]
	made := operation(faas.Succeeded)
	for name, c := range map[string]struct {
		props    views.OperationProps
		selector string
	}{
		"cancel":    {views.OperationProps{Page: page(), Operation: operation(faas.Running)}, "form[method=post][action='/operations/" + anID + "/cancel'] button"},
		"version":   {views.OperationProps{Page: page(), Operation: made, Version: &row}, ".result a[href$='/versions/2000']"},
		"sha-256":   {views.OperationProps{Page: page(), Operation: made, Version: &row}, "[data-sha256='" + aHash + "']"},
		"gone":      {views.OperationProps{Page: page(), Operation: made}, ".result:contains('no longer there')"},
		"cause":     {views.OperationProps{Page: page(), Operation: operation(faas.Failed)}, ".cause:contains('outside of the package')"},
		"try again": {views.OperationProps{Page: page(), Operation: operation(faas.Failed)}, "a[href$='/versions/new?retry=" + anID + "']"},
	} {
		if n := len(all(parse(t, views.OperationCard(c.props)), c.selector)); n != 1 {
			t.Errorf("%s: %d elements for %s", name, n, c.selector)
		}
	}
}

// A failure of ours says nothing but where to look.
func TestInternalFailuresShowTheirRequestIDOnly(t *testing.T) {
	op := operation(faas.Failed)
	op.Failure = &faas.Failure{Kind: faas.Internal}
	if got := text(one(t, parse(t, views.OperationCard(views.OperationProps{Page: page(), Operation: op})), ".cause")); !strings.HasSuffix(got, op.RequestID+".") {
		t.Errorf("it says %q", got)
	}
}

// What a person may not do stays visible, disabled, with the missing right.
func TestMissingRightsAreNamed(t *testing.T) {
	viewer := page()
	viewer.Role = faas.Viewer
	doc := parse(t, views.FunctionPage(views.FunctionProps{Page: viewer, Function: function(), Versions: versions(1)}))
	var got []string
	for _, n := range all(doc, ".denied") {
		one(t, n, "button[disabled]")
		got = append(got, text(n))
	}
	want := "New version Needs the role “developer” in this project.|Edit Needs the role “developer” in this project.|Delete Needs the role “lead” in this project."
	if strings.Join(got, "|") != want {
		t.Errorf("it says %q", got)
	}
	if n := len(all(doc, "[data-new], a[href$='/delete'], a[href$='/edit']")); n > 0 {
		t.Errorf("%d links to what is not allowed", n)
	}
}

func TestEmptyStatesGiveACommand(t *testing.T) {
	list := parse(t, views.FunctionList(views.FunctionListProps{Page: page()}))
	if got := text(one(t, list, ".empty pre")); got != `curl --fail-with-body -sS -H "Authorization: Bearer $VERSO_TOKEN" \ -w '%{redirect_url}\n' `+"-d name=hello -d description='Says hello' \\ http://127.0.0.1:8080/projects/default/functions" {
		t.Errorf("functions: %s", got)
	}
	versions := parse(t, views.VersionList(views.VersionListProps{Page: page(), Function: function()}))
	if got := text(one(t, versions, ".empty pre")); !strings.HasSuffix(got, "-F package=@function.zip \\ http://127.0.0.1:8080/projects/default/functions/invoice-pdf/versions") {
		t.Errorf("versions: %s", got)
	}
}
