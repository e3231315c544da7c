package dashboard_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"verso/faas"
	"verso/service"
)

// Names can be given again to somebody else, and several tokens may have one name: only ids say whose deed it was.
func TestS78TheExportSaysWhoseIdAndByWhichToken(t *testing.T) {
	s := newIdleSite(t)
	program := s.owner.WithToken(t, faas.DefaultProject, service.TokenInput{Name: "ci"})
	token := strings.Split(string(program.Token), ".")[1]
	s.makeFunction(t, "by-browser")
	if a := program.Post(t, functions, url.Values{"name": {"by-token"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the token makes a function: %d", a.StatusCode)
	}
	const export = "/projects/default/activity/export?kind=create&format="
	rows, err := csv.NewReader(strings.NewReader(s.get(t, export+"csv").text)).ReadAll()
	if err != nil || len(rows) < 3 {
		t.Fatalf("rows are %q, error %v", rows, err)
	}
	// Scripts count columns: what is new is at the end.
	head := strings.Split("at actor token door address request_id kind action result target detail function_id actor_id token_id", " ")
	if !slices.Equal(rows[0], head) {
		t.Errorf("columns are %q, want %q", rows[0], head)
	}
	var lines []map[string]string
	text := s.get(t, export+"json").text
	if err := json.Unmarshal([]byte(text), &lines); err != nil || len(lines) != len(rows)-1 {
		t.Fatalf("%d lines beside %d rows, error %v\n%s", len(lines), len(rows), err, text)
	}
	for i, want := range []struct{ detail, token, tokenID string }{{"by-token", "ci", token}, {"by-browser", "", ""}} {
		row, line := rows[i+1], lines[i]
		for name, value := range map[string]string{
			"actor": "owner", "detail": want.detail, "token": want.token, "actor_id": s.owner.Person.ID, "token_id": want.tokenID,
		} {
			if cell := row[slices.Index(head, name)]; cell != value || line[name] != value {
				t.Errorf("%s: %s is %q in CSV and %q in JSON, want %q", want.detail, name, cell, line[name], value)
			}
		}
	}
}

// A refusal names the function that it was about, and the tag where that was why; whoever looks is offered names, and
// capitals find the same person.
func TestS78ARefusalSaysWhatItWasAbout(t *testing.T) {
	s := newIdleSite(t)
	s.makeFunction(t, "greeter")
	f, err := s.Store.FunctionByName(t.Context(), s.Project(t, faas.DefaultProject).ID, "greeter")
	if err != nil {
		t.Fatal(err)
	}
	dora := s.Member(t, "dora", faas.DefaultProject, faas.Developer)
	for path, want := range map[string]string{
		functions + "/greeter/delete":           "greeter: POST " + functions + "/greeter/delete",
		functions + "/greeter/tags/prod/remove": "prod of greeter: POST " + functions + "/greeter/tags/prod/remove",
	} {
		if a := dora.Post(t, path, url.Values{"number": {"1"}}); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s answers %d", path, a.StatusCode)
		}
		list, err := s.Store.Audits(t.Context(), faas.AuditFilter{ProjectID: f.ProjectID, Kind: faas.AuditDenied, Page: faas.Page{Size: 1}})
		if err != nil || len(list.Items) != 1 || list.Items[0].Detail != want || list.Items[0].FunctionID != f.ID {
			t.Errorf("the record says %+v, want %q: %v", list.Items, want, err)
		}
	}
	text := s.get(t, "/projects/default/activity?who=DORA&fn=greeter").text
	for _, part := range []string{`<option value="dora">`, `<option value="greeter">`, "tried to delete functions and may not", "prod of greeter"} {
		if !strings.Contains(text, part) {
			t.Errorf("the page lacks %s", part)
		}
	}
}
