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
