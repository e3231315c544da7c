package db_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

func TestNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("first-name")
		byName := func(name string) string {
			got, err := s.FunctionByName(w.ctx, w.project, name)
			if faas.Is(err, faas.NotFound) {
				return ""
			}
			w.must(err)
			return got.ID
		}
		rename := func(f faas.Function, name string) error {
			f.Name, f.Change, f.ChangedAt = name, "edited", now()
			return s.UpdateFunction(w.ctx, f, w.audit("function.update"))
		}
		w.must(rename(f, "second-name"))
		w.must(rename(f, "third-name"))
		for _, name := range []string{"first-name", "second-name", "third-name"} {
			if byName(name) != f.ID {
				t.Errorf("%s does not lead to the function", name)
			}
		}
		g := w.function("first-name")
		if byName("first-name") != g.ID || byName("second-name") != f.ID {
			t.Error("a name that was taken over must lead to its new owner, and only that one")
		}
		err := rename(g, "third-name")
		w.wantKind(err, faas.Conflict)
		if faas.ProblemsOf(err)[0].Field != "name" {
			t.Errorf("the conflict is not about the name: %v", err)
		}
		err = s.CreateFunction(w.ctx, faas.Function{ID: id(), ProjectID: w.project, Name: "third-name"}, w.audit("function.create"))
		w.wantKind(err, faas.Conflict)
		w.must(rename(f, "second-name"))
		if byName("second-name") != f.ID || byName("third-name") != f.ID {
			t.Error("a name that was taken back must lead to the function")
		}
		w.must(rename(f, "third-name"))
		w.must(rename(g, "second-name"))
		if byName("second-name") != g.ID {
			t.Error("a rename must take an old name over")
		}
		other := newWorld(t, s)
		_, err = s.FunctionByName(other.ctx, other.project, "third-name")
		w.wantKind(err, faas.NotFound)
		w.wantKind(other.UpdateFunction(w.ctx, faas.Function{ID: f.ID, ProjectID: other.project}, w.audit("x")), faas.NotFound)
		other.function("third-name")
	})
}

func TestFunctionReadsBackWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		f.Name, f.Description, f.Labels = "new-name", "Zeile 1\nZeile 2", map[string]string{"team": "büro"}
		f.ChangedAt, f.ChangedBy, f.Change = now().Add(time.Second), "bob", "edited"
		w.must(s.UpdateFunction(w.ctx, f, w.audit("function.update")))
		got, err := s.FunctionByID(w.ctx, w.project, f.ID)
		w.must(err)
		if !reflect.DeepEqual(got, f) {
			t.Errorf("\n got %+v\nwant %+v", got, f)
		}
		_, err = s.FunctionByID(w.ctx, id(), f.ID)
		w.wantKind(err, faas.NotFound)
		_, err = s.FunctionByID(w.ctx, w.project, "a\x00b")
		w.wantKind(err, faas.NotFound)
		if n, err := db.Count(s, "audit"); err != nil || n != 3 {
			t.Errorf("%d audit lines, want 3: %v", n, err)
		}
	})
}

func TestProjects(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		for _, name := range []string{"b-project", "b2-project", "a-project"} {
			w.must(s.CreateProject(w.ctx, faas.Project{ID: id(), Name: name, CreatedAt: now(), Protected: []string{"a", "prod"}}, faas.Member{}, w.audit("project.create")))
		}
		err := s.CreateProject(w.ctx, faas.Project{ID: id(), Name: "a-project"}, faas.Member{}, w.audit("project.create"))
		w.wantKind(err, faas.Conflict)
		list, err := s.Projects(w.ctx)
		w.must(err)
		if len(list) != 4 || list[0].Name != "a-project" || list[1].Name != "b-project" || list[2].Name != "b2-project" {
			t.Errorf("projects %+v", list)
		}
		got, err := s.ProjectByName(w.ctx, "b-project")
		w.must(err)
		if !reflect.DeepEqual(got, list[1]) || !slices.Equal(got.Protected, []string{"a", "prod"}) {
			t.Errorf("by name %+v", got)
		}
		_, err = s.ProjectByID(w.ctx, id())
		w.wantKind(err, faas.NotFound)
	})
}
