package db_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestS78ALineReadsBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		want := faas.Audit{
			ID: id(), ProjectID: w.project, At: now(), Actor: "ann", ActorID: "a1", Token: "ci", TokenID: "t1", Door: faas.DoorYandex,
			RequestID: "r1", Address: "2001:db8::1", Kind: faas.AuditDenied, Action: "tag.move", Result: faas.AuditRefused,
			Target: "v1", Detail: "invoice-pdf #42 ü", FunctionID: "f1",
		}
		w.must(s.AddAudit(w.ctx, want))
		list, err := s.Audits(w.ctx, faas.AuditFilter{ProjectID: w.project, FunctionID: "f1"})
		w.must(err)
		of, err := s.AuditsOf(w.ctx, w.project, "v1")
		w.must(err)
		if !reflect.DeepEqual(list.Items, []faas.Audit{want}) || !reflect.DeepEqual(of, []faas.Audit{want}) {
			t.Errorf("\n got %+v\n and %+v\nwant %+v", list.Items, of, want)
		}
		w.must(s.AddAudit(w.ctx, faas.Audit{Action: "person.add", Target: "p1"})) // what is left out has a meaning
		of, err = s.AuditsOf(w.ctx, "", "p1")
		w.must(err)
		if len(of) != 1 || of[0].Kind != faas.AuditSettings || of[0].Result != faas.AuditDone || of[0].ID == "" || time.Since(of[0].At) > time.Minute {
			t.Errorf("lines %+v", of)
		}
		w.wantKind(s.AddAudit(w.ctx, faas.Audit{Actor: "a\x00b"}), faas.Invalid)
	})
}

func TestS78TheDatabaseRefusesToChangeTheRecord(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		s := dbtest.Open(t, cfg)
		w := newWorld(t, s)
		before, err := db.Texts(s, `SELECT detail || action FROM audit`)
		w.must(err)
		for _, text := range []string{
			`UPDATE audit SET detail = 'nothing happened'`,
			`UPDATE audit SET detail = 'x' WHERE id = 'missing or not'`,
			`DELETE FROM audit`,
			`DELETE FROM audit WHERE action = 'project.create'`,
		} {
			err := db.Exec(s, text)
			rows := !strings.Contains(text, "missing")
			if err == nil && (rows || cfg.URL != "") {
				t.Errorf("%s was let through", text)
			}
			if err != nil && !strings.Contains(err.Error(), "lines of the record are never") {
				t.Errorf("%s was refused without the reason: %v", text, err)
			}
		}
		after, err := db.Texts(s, `SELECT detail || action FROM audit`)
		w.must(err)
		if len(before) == 0 || !slices.Equal(before, after) {
			t.Errorf("lines before %q, after %q", before, after)
		}
		if cfg.URL == "" {
			return
		}
		rights, err := db.Texts(s, `SELECT DISTINCT a.privilege_type FROM pg_class, aclexplode(relacl) AS a
WHERE oid = 'audit'::regclass AND a.privilege_type IN ('INSERT', 'SELECT', 'UPDATE', 'DELETE', 'TRUNCATE') ORDER BY 1`)
		w.must(err)
		if !slices.Equal(rights, []string{"INSERT", "SELECT"}) {
			t.Errorf("the owner holds %v on the record", rights)
		}
	})
}

// The room's own text, and the migrations behind the one that gave old lines their kind.
func TestS78NoStatementChangesTheRecord(t *testing.T) {
	change := regexp.MustCompile(`(?i)\b(update|delete\s+from|truncate(\s+table)?|replace\s+into|insert\s+or\s+\w+\s+into|drop\s+table)\s+(only\s+)?audit\b`)
	for _, text := range []string{"UPDATE audit SET", "delete from audit", "INSERT OR REPLACE INTO audit"} {
		if !change.MatchString(text) {
			t.Fatalf("%q was not noticed", text)
		}
	}
	var files []string
	for _, pattern := range []string{"*.go", "migrations/*.sql"} {
		list, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, list...)
	}
	writers := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == "00003_people.sql" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := change.Find(data); found != nil {
			t.Errorf("%s has %q", file, found)
		}
		writers += strings.Count(string(data), "INSERT INTO audit")
	}
	if writers != 1 {
		t.Errorf("%d statements write lines, want one", writers)
	}
}

// lines writes lines of two projects and of none, a second apart, and returns when the first was.
func (w *world) lines(other string) time.Time {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 12 {
		a := faas.Audit{
			ProjectID: []string{w.project, w.project, other, ""}[i%4], At: start.Add(time.Duration(i/2*2) * time.Second),
			ID: fmt.Sprintf("01900000-0000-7000-8000-%012d", i), Actor: []string{"ann", "Bob", "bob"}[i%3],
			Kind: []faas.AuditKind{faas.AuditCreate, faas.AuditTag}[i/2%2], Action: "x", Target: "t", Detail: fmt.Sprint(i),
		}
		if i%4 == 0 || i == 5 {
			a.FunctionID = "f1"
		}
		w.must(w.AddAudit(w.ctx, a))
	}
	return start
}

func TestTheRecordIsFiltered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		w.project = id() // without the line of the project's creation
		other := id()
		start := w.lines(other)
		second := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
		for name, c := range map[string]struct {
			filter faas.AuditFilter
			want   string
		}{
			"all":                {faas.AuditFilter{}, "9 8 5 4 1 0"},
			"other project":      {faas.AuditFilter{ProjectID: other}, "10 6 2"},
			"no project":         {faas.AuditFilter{ProjectID: "none"}, "11 7 3"},
			"actor":              {faas.AuditFilter{Actor: "Bob"}, "4 1"},
			"actor in case":      {faas.AuditFilter{Actor: "bob"}, "8 5"},
			"nobody":             {faas.AuditFilter{Actor: "bo"}, ""},
			"function":           {faas.AuditFilter{FunctionID: "f1"}, "8 5 4 0"},
			"foreign function":   {faas.AuditFilter{FunctionID: "f1", ProjectID: other}, ""},
			"kind":               {faas.AuditFilter{Kind: faas.AuditCreate}, "9 8 5 4 1 0"},
			"other kind":         {faas.AuditFilter{Kind: faas.AuditTag, ProjectID: other}, "10 6 2"},
			"no such kind":       {faas.AuditFilter{Kind: faas.AuditTag}, ""},
			"function and actor": {faas.AuditFilter{FunctionID: "f1", Actor: "bob"}, "8 5"},
			"actor and kind":     {faas.AuditFilter{Actor: "ann", Kind: faas.AuditCreate}, "9 0"},
			"from":               {faas.AuditFilter{From: second(4)}, "9 8 5 4"},
			"until":              {faas.AuditFilter{Until: second(4)}, "1 0"},
			"from and until":     {faas.AuditFilter{From: second(4), Until: second(8)}, "5 4"},
			"just after":         {faas.AuditFilter{From: second(4).Add(time.Microsecond)}, "9 8"},
			"backwards":          {faas.AuditFilter{From: second(8), Until: second(4)}, ""},
			"actor and time":     {faas.AuditFilter{Actor: "Bob", Until: second(4)}, "1"},
			"function and time":  {faas.AuditFilter{FunctionID: "f1", From: second(4), Until: second(8)}, "5 4"},
			"kind and time":      {faas.AuditFilter{Kind: faas.AuditCreate, From: second(8)}, "9 8"},
			"all of them":        {faas.AuditFilter{FunctionID: "f1", Actor: "bob", Kind: faas.AuditCreate, From: second(4), Until: second(8)}, "5"},
			"NUL":                {faas.AuditFilter{Actor: "a\x00"}, ""},
		} {
			switch c.filter.ProjectID {
			case "":
				c.filter.ProjectID = w.project
			case "none":
				c.filter.ProjectID = ""
			}
			for _, size := range []int{1, 2, 50} {
				got := pages(w, size, func(page faas.Page) (faas.List[string], error) {
					c.filter.Page = page
					list, err := s.Audits(w.ctx, c.filter)
					return withoutProjects(named(list, func(a faas.Audit) string { return a.Detail })), err
				})
				if strings.Join(got, " ") != c.want {
					t.Errorf("%s by %d: %v, want %s", name, size, got, c.want)
				}
			}
			var each []string
			w.must(s.EachAudit(w.ctx, c.filter, func(a faas.Audit) error {
				each = append(each, a.Detail)
				return nil
			}))
			if got := withoutProjects(faas.List[string]{Items: each}); strings.Join(got.Items, " ") != c.want {
				t.Errorf("%s, each: %v, want %s", name, each, c.want)
			}
		}
	})
}

// withoutProjects drops the lines that tests write without a detail when they make their world.
func withoutProjects(list faas.List[string]) faas.List[string] {
	list.Items = slices.DeleteFunc(list.Items, func(s string) bool { return s == "" })
	return list
}

// The lines are read a page at a time, over the windows of a filter, while the reader uses the only connection.
func TestEachLineIsReadWithoutHoldingAConnection(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		cfg.MaxConns = 1
		s := dbtest.Open(t, cfg)
		w := newWorld(t, s)
		f := w.function("one-function")
		w.must(dbtest.FillAudit(w.ctx, cfg, w.project, f.ID, 3000))
		for _, c := range []struct {
			filter faas.AuditFilter
			want   int
		}{
			{faas.AuditFilter{Until: time.Unix(1_700_002_500, 0)}, 2500},
			{faas.AuditFilter{FunctionID: f.ID, Actor: dbtest.RareAuthor}, 3},
			{faas.AuditFilter{Kind: dbtest.RareKind}, 3},
		} {
			c.filter.ProjectID = w.project
			n, last := 0, time.Now().Add(time.Hour)
			w.must(s.EachAudit(w.ctx, c.filter, func(a faas.Audit) error {
				if n++; a.At.After(last) {
					return fmt.Errorf("line %d is newer than the one before", n)
				}
				last = a.At
				if n%1000 == 0 {
					return s.Ping(w.ctx)
				}
				return nil
			}))
			if n != c.want {
				t.Errorf("%+v: %d lines, want %d", c.filter, n, c.want)
			}
		}
		stop := errors.New("stop")
		if err := s.EachAudit(w.ctx, faas.AuditFilter{ProjectID: w.project}, func(faas.Audit) error { return stop }); !errors.Is(err, stop) {
			t.Errorf("the reader's error was lost: %v", err)
		}
	})
}

func TestTheLinesOfAThing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		start := now()
		for i := range 105 {
			a := w.audit("x")
			a.Target, a.Detail, a.At = "thing", fmt.Sprint(i), start.Add(-time.Duration(i)*time.Second)
			w.must(s.AddAudit(w.ctx, a))
			a.ID, a.ProjectID, a.Detail = id(), id(), "another project's"
			w.must(s.AddAudit(w.ctx, a))
		}
		list, err := s.AuditsOf(w.ctx, w.project, "thing")
		w.must(err)
		if len(list) != 100 || list[0].Detail != "104" || list[99].Detail != "5" {
			t.Errorf("%d lines, %+v first", len(list), list[0])
		}
		for _, target := range []string{"", "thin", "thing2"} {
			if list, err := s.AuditsOf(w.ctx, w.project, target); err != nil || len(list) != 0 {
				t.Errorf("%q: %d lines, %v", target, len(list), err)
			}
		}
	})
}
