package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// What happened can be asked for by a link, and taken away in two forms that programs read.
func TestActivity(t *testing.T) {
	EachEngine(t, func(t *testing.T, database string) {
		s := Start(t, Options{Database: database})
		s.AddMember("mia", "developer")
		p, mia := s.Page(t, Look{}), s.PageOf(t, Look{}, "mia")
		p.makeFunction(s, "invoice-pdf")
		mia.makeFunction(s, "made-by-mia")
		mia.Expect(http.StatusForbidden)
		mia.Open(s.function("invoice-pdf") + "/delete")

		p.Open(s.URL + "/projects/default/activity")
		p.WaitText("table.record", "made-by-mia")
		p.Fill("#who", "mia")
		p.WaitUntil("the list is filtered", `location.search.includes('who=mia') && ![...document.querySelectorAll('table.record td:nth-child(2)')].some((e) => e.textContent.includes('owner'))`)
		p.Choose("#kind", "create")
		p.WaitUntil("by kind too", `location.search.includes('kind=create') && document.querySelectorAll('table.record td.desc').length === 1`)
		link := p.URL()

		other := s.Page(t, Look{})
		other.Open(link)
		other.WaitText("table.record", "created the function made-by-mia")
		if got := other.Value("#who") + " " + other.Value("#kind"); got != "mia create" {
			t.Errorf("the link fills the filters with %q", got)
		}
		other.Click("table.record td.desc a")
		other.WaitText("h1", "made-by-mia")
		other.Open(s.URL + "/projects/default/activity?fn=invoice-pdf&kind=create")
		other.WaitText("table.record", "invoice-pdf")
		if strings.Contains(other.Text("table.record"), "made-by-mia") {
			t.Error("the filter of functions lets others through")
		}
		other.Open(s.URL + "/projects/default/activity?from=2020-01-01&until=2020-01-02")
		other.WaitText("#results", "Nothing matches")

		p.exports(t, 1)
		p.Open(s.URL + "/projects/default/activity?kind=denied")
		p.WaitText("table.record", "tried to delete functions and may not")
		p.exports(t, 1)
		p.Open(s.URL + "/projects/default/activity")
		p.exports(t, Eval[int](p, `document.querySelectorAll('table.record td.desc').length`))
	})
}

// exports downloads what the page's list leads to, reads both forms, and wants the same lines in them as in the list.
func (p *Page) exports(t *testing.T, want int) {
	t.Helper()
	table, err := csv.NewReader(bytes.NewReader(p.download("a[href*='format=csv']"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		At                           time.Time
		Actor, Action, Result, Door  string
		Detail, RequestID, FunctionI string
	}
	if err := json.Unmarshal(p.download("a[href*='format=json']"), &list); err != nil {
		t.Fatal(err)
	}
	if len(table) != want+1 || len(list) != want {
		t.Fatalf("exported are %d lines as CSV and %d as JSON; the list has %d", len(table)-1, len(list), want)
	}
	for i, line := range list {
		cells := strings.Join(table[i+1], " ")
		for _, text := range []string{line.At.Format(time.RFC3339Nano), line.Actor, line.Action, line.Result, line.Door, line.Detail} {
			if !strings.Contains(cells, text) {
				t.Errorf("line %d is %+v in JSON and %q in CSV", i, line, cells)
			}
		}
		if line.At.IsZero() || line.Actor == "" || line.Action == "" || line.Door == "" {
			t.Errorf("line %d says too little: %+v", i, line)
		}
	}
}
