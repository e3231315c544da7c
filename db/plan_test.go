package db_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

const (
	planRows   = 50_000
	planPeople = 10_000 // foreign keys make filling them slow
)

// Every statement that reads or claims must be a search in an index, in the index's order. The texts come from the
// store itself: all that it prepared while the lists were read in every way.
func TestEveryStatementUsesAnIndex(t *testing.T) {
	if raceDetector {
		t.Skip("query plans do not depend on the race detector, and filling the tables takes minutes with it")
	}
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		ctx := context.Background()
		w := newWorld(t, dbtest.Open(t, cfg))
		f := w.function("one-function")
		w.must(dbtest.FillVersions(ctx, cfg, w.project, f.ID, planRows))
		w.must(dbtest.FillOperations(ctx, cfg, w.project, f.ID, planRows))
		w.must(dbtest.FillFunctions(ctx, cfg, w.project, planRows))
		w.must(dbtest.FillPeople(ctx, cfg, w.project, planPeople))
		w.must(dbtest.FillAudit(ctx, cfg, w.project, f.ID, planRows))
		s := dbtest.Open(t, cfg) // with fresh statistics
		w.Store = s
		w.readEverything(f)
		w.readEveryPerson(f)
		for _, text := range []string{
			`SELECT id FROM versions WHERE description = 'x'`,
			`SELECT id FROM versions WHERE function_id = 'x' ORDER BY created_at LIMIT 51`,
			`SELECT id FROM versions WHERE number > 5 ORDER BY number LIMIT 51`,
		} {
			if plan, err := db.Explain(s, text); err != nil || badPlan(text, plan) == "" {
				t.Errorf("a bad plan was not noticed: %v\n%s", err, plan)
			}
		}
		texts := db.Statements(s)
		if len(texts) < 150 {
			t.Fatalf("only %d statements were seen", len(texts))
		}
		for _, text := range texts {
			plan, err := db.Explain(s, text)
			if err != nil {
				t.Errorf("%s\n%v", text, err)
				continue
			}
			if fault := badPlan(text, plan); fault != "" {
				t.Errorf("%s in the plan of\n%s\n%s", fault, text, plan)
			}
		}
	})
}

var (
	fullScan = regexp.MustCompile(`(?m)Seq Scan on (\w+)|Bitmap Heap Scan on (\w+)|^SCAN ([a-z_]+)`)
	sorting  = regexp.MustCompile(`Sort|TEMP B-TREE FOR ORDER BY`)
)

// small are tables that stay small, which an engine may well read whole.
var small = []string{"projects", "duties", "idempotency", "old_names", "tags", "uploads", "discards", "packages", "tag_moves", "installation", "secret_keys"}

// walks are the indexes that the lists of the record walk along.
var walks = map[string]string{
	"FROM audit WHERE project_id = ? AND (at, id)":  "audit_project",
	"FROM audit WHERE project_id = $1 AND (at, id)": "audit_project",
	"(function_id, at, id)":                         "audit_function",
	"(actor, at, id)":                               "audit_actor",
	"(kind, at, id)":                                "audit_kind",
	"(person_id, created_at, id)":                   "tokens_person",
}

func badPlan(text, plan string) string {
	for walk, index := range walks {
		if strings.Contains(text, walk) && !strings.Contains(plan, index) {
			return "another index than " + index
		}
	}
	windowed := strings.Contains(text, "LIMIT 2000")
	scans := 0
	for _, m := range fullScan.FindAllStringSubmatch(plan, -1) {
		table := m[1] + m[2] + m[3]
		switch {
		case m[2] != "" && strings.Contains(text, "LIMIT"):
			return "an unordered scan of " + table
		case m[2] != "" || slices.Contains(small, table):
		case m[3] != "" && windowed && scans == 0 && strings.Contains(plan, "CO-ROUTINE "+table):
			scans++ // the window itself, under the table's name
		default:
			return "a full scan of " + table
		}
	}
	if sorting.MatchString(plan) && !windowed && !strings.Contains(text, "FROM projects") && !strings.Contains(text, "FROM tags") {
		return "a sort"
	}
	return ""
}

// readEverything walks through every list in every way, and works the queue.
func (w *world) readEverything(f faas.Function) {
	w.t.Helper()
	versions := []faas.VersionFilter{
		{},
		{Author: dbtest.RareAuthor},
		{Runtime: dbtest.RareRuntime},
		{Source: faas.FromBucket},
		{Text: "no such text"},
		{Text: "abcdef12"},
		{Tag: faas.Latest},
		{Author: "ann", Runtime: "php82", Status: faas.VersionActive},
		{Status: faas.VersionDeleting},
		{Text: "#1500"},
		{Text: "1500", Author: "ann", Runtime: "php82"},
		{Text: "1500", Tag: faas.Latest},
	}
	for _, page := range []faas.Page{{}, {After: "25000"}, {Before: "25000"}, {Last: true}, {After: "~25000"}} {
		for _, filter := range versions {
			for _, filter.Oldest = range []bool{false, true} {
				filter.FunctionID, filter.Page = f.ID, page
				for _, key := range []*string{&filter.Page.After, &filter.Page.Before} {
					*key = db.VersionKey(filter, *key)
				}
				_, err := w.Versions(w.ctx, filter)
				w.must(err)
			}
		}
	}
	for _, filter := range []faas.FunctionFilter{
		{}, {Text: "no such text"}, {Tag: "prod"}, {Runtime: "php82"}, {Author: "zoe"}, {Status: faas.FunctionDeleting},
	} {
		for _, filter.Sort = range []faas.FunctionSort{faas.ByName, faas.ByChange} {
			filter.ProjectID = w.project
			for _, filter.Page = range []faas.Page{{}, {Last: true}} {
				_, err := w.Functions(w.ctx, filter)
				w.must(err)
			}
		}
	}
	for _, states := range [][]faas.OperationState{nil, {faas.Queued, faas.Running}, {faas.Running}, {faas.Failed}, {faas.Succeeded}, {faas.Failed, faas.Cancelled}} {
		for _, function := range []string{"", f.ID} {
			for _, page := range []faas.Page{{}, {Last: true}} {
				for _, kind := range []faas.OperationKind{"", faas.CreateVersion, faas.DeleteFunction} {
					_, err := w.Operations(w.ctx, faas.OperationFilter{
						ProjectID: w.project, FunctionID: function, Kind: kind, States: states, Page: page,
					})
					w.must(err)
				}
			}
		}
	}
	v := w.publish(f, nil, "prod")
	_, err := w.VersionByID(w.ctx, w.project, v.ID)
	w.must(err)
	_, err = w.VersionByNumber(w.ctx, f.ID, v.Number)
	w.must(err)
	_, err = w.OperationByID(w.ctx, w.project, v.OperationID)
	w.must(err)
	_, err = w.FunctionByName(w.ctx, w.project, "nobody")
	w.wantKind(err, faas.NotFound)
	_, err = w.PackageBySHA256(w.ctx, v.Package.SHA256)
	w.must(err)
	_, err = w.DiscardPackage(w.ctx, hash("x"), func() error { return nil })
	w.must(err)
}

// A filter that nothing in a long list passes costs one window, and the key leads on until all has been looked at.
func TestSearchGoesOnWindowByWindow(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		w := newWorld(t, dbtest.Open(t, cfg))
		f := w.function("one-function")
		w.must(dbtest.FillVersions(w.ctx, cfg, w.project, f.ID, 5000))
		filter := faas.VersionFilter{FunctionID: f.ID, Text: "number 777 of"}
		for i, want := range []struct {
			next, prev string
			more       bool
			items      int
		}{{"3001", "", true, 0}, {"1001", "~3001", true, 0}, {"", "777", false, 1}} {
			list, err := w.Versions(w.ctx, filter)
			w.must(err)
			if db.KeyText(list.Next) != want.next || db.KeyText(list.Prev) != want.prev || list.More != want.more || len(list.Items) != want.items {
				t.Errorf("page %d: next %q, previous %q, more %v, %d items", i, list.Next, list.Prev, list.More, len(list.Items))
			}
			filter.Page.After = list.Next
		}
		filter.Page = faas.Page{Last: true}
		list, err := w.Versions(w.ctx, filter)
		w.must(err)
		if len(list.Items) != 1 || db.KeyText(list.Prev) != "2000" {
			t.Errorf("last page: %+v", list)
		}
	})
}

// A search says that it goes on only if a row lies beyond its window.
func TestASearchEndsWhereTheListEnds(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		w := newWorld(t, dbtest.Open(t, cfg))
		for _, c := range []struct {
			rows           int
			next, lastPrev string
		}{{1999, "", ""}, {2000, "", ""}, {2001, "2", "2000"}} {
			f := w.function(fmt.Sprintf("rows-%d", c.rows))
			w.must(dbtest.FillVersions(w.ctx, cfg, w.project, f.ID, c.rows))
			filter := faas.VersionFilter{FunctionID: f.ID, Text: "no such text"}
			list, err := w.Versions(w.ctx, filter)
			w.must(err)
			if db.KeyText(list.Next) != c.next || list.More != (c.next != "") {
				t.Errorf("%d rows: next %q, more %v", c.rows, list.Next, list.More)
			}
			filter.Page.Last = true
			list, err = w.Versions(w.ctx, filter)
			w.must(err)
			if db.KeyText(list.Prev) != c.lastPrev || list.More {
				t.Errorf("%d rows from the end: previous %q, more %v", c.rows, list.Prev, list.More)
			}
		}
	})
}

// A number finds its version outside the window too; other matches follow without it, and the other filters hold.
func TestANumberFindsItsVersion(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		w := newWorld(t, dbtest.Open(t, cfg))
		f := w.function("one-function")
		w.must(dbtest.FillVersions(w.ctx, cfg, w.project, f.ID, 5000))
		w.publish(f, func(v *faas.Version) { v.Description = "as #7 was" }, "prod")
		w.publish(f, func(v *faas.Version) { v.Description = "see #1500 and #5003" })
		w.publish(f, func(v *faas.Version) { v.Description, v.Author = "I am #5003", "Bob" })
		for _, c := range []struct {
			filter faas.VersionFilter
			want   []int64
		}{
			{faas.VersionFilter{Text: "#1500"}, []int64{1500, 5002}},
			{faas.VersionFilter{Text: " #1500 ", Oldest: true}, []int64{1500}},
			{faas.VersionFilter{Text: "#5003"}, []int64{5003, 5002}},
			{faas.VersionFilter{Text: "5003", Author: "Bob"}, []int64{5003}},
			{faas.VersionFilter{Text: "#1500", Author: "Bob"}, nil},
			{faas.VersionFilter{Text: "5001", Tag: "prod"}, []int64{5001}},
			{faas.VersionFilter{Text: "1500", Tag: "prod"}, nil},
			{faas.VersionFilter{Text: "#9999"}, nil},
			{faas.VersionFilter{Text: "#-7"}, nil},
			{faas.VersionFilter{Text: "99999999999999999999"}, nil},
		} {
			c.filter.FunctionID = f.ID
			list, err := w.Versions(w.ctx, c.filter)
			w.must(err)
			if !slices.Equal(numbers(list), c.want) {
				t.Errorf("%+v: %v, want %v", c.filter, numbers(list), c.want)
			}
		}
	})
}
