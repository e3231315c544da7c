package demo

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/faas"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func TestPlanIsAHalfYearOfManyFunctions(t *testing.T) {
	events := plan(noon, 0)
	limits := faas.DefaultLimits()
	versions, names := map[string]int{}, map[string]bool{}
	for i, e := range events {
		if e.at.After(noon) || e.at.Before(noon.Add(-span-72*time.Hour)) || (i > 0 && e.at.Before(events[i-1].at)) {
			t.Fatalf("%s stands at %s", e.name, e.at)
		}
		if names[e.name] {
			t.Errorf("%s comes twice", e.name)
		}
		names[e.name] = true
		if e.birth {
			in := faas.FunctionInput{Name: e.f.name, Description: e.f.summary, Labels: map[string]string{"team": e.f.team}}
			if err := in.Check(limits); err != nil {
				t.Errorf("%s: %v", e.name, err)
			}
			continue
		}
		if err := e.settings.Check(limits); err != nil {
			t.Errorf("%s: %v", e.name, err)
		}
		if e.trouble == fine {
			versions[e.f.path()]++
		}
	}
	counts := slices.Sorted(maps.Values(versions))
	most := len(counts) - 1
	if len(counts) < 40 || counts[0] < 3 || counts[most-1] > 60 || counts[most] != 2000 {
		t.Errorf("versions of the functions: %v", counts)
	}
}

// An interrupted run goes on another day, so nothing but the times may depend on the clock.
func TestPlanIsTheSameOnAnotherDay(t *testing.T) {
	w, err := newWriter()
	if err != nil {
		t.Fatal(err)
	}
	today, later := byName(plan(noon, 5)), byName(plan(noon.Add(29*time.Hour), 5))
	if len(today) != len(later) {
		t.Fatalf("%d events, on another day %d", len(today), len(later))
	}
	for name, a := range today {
		b := later[name]
		if b == nil || a.description != b.description || a.who != b.who || a.kind != b.kind || !slices.Equal(a.tags, b.tags) {
			t.Fatalf("%s differs on another day", name)
		}
		if a.kind == "" || a.kind == faas.FromCopy || a.serial%2 > 0 { // half of the zips will do
			continue
		}
		one, err := a.bytes(w)
		if err != nil {
			t.Fatal(err)
		}
		two, err := b.bytes(w)
		if err != nil || !bytes.Equal(one, two) {
			t.Fatalf("%s: another zip on another day (%v)", name, err)
		}
	}
}

func byName(events []*event) map[string]*event {
	m := map[string]*event{}
	for _, e := range events {
		m[e.name] = e
	}
	return m
}

func TestEveryEditChangesTheFiles(t *testing.T) {
	w, err := newWriter()
	if err != nil {
		t.Fatal(err)
	}
	all := functions()
	for family := range families() {
		t.Run(family, func(t *testing.T) {
			at := slices.IndexFunc(all, func(f function) bool { return f.family == family })
			c := firstCode(&all[at])
			r := dice(&all[at], "test")
			before := contents(t, w, &c)
			now := &c
			for i := range 80 {
				next, said := now.edit(r)
				after := contents(t, w, next)
				if maps.EqualFunc(before, after, bytes.Equal) {
					t.Fatalf("%q changed nothing", said)
				}
				if i%8 == 0 && !maps.EqualFunc(before, contents(t, w, now), bytes.Equal) {
					t.Fatalf("%q changed the code before it", said)
				}
				now, before = next, after
			}
		})
	}
}

// Templates leave their marks when a field is misspelt.
func contents(t *testing.T, w *writer, c *code) map[string][]byte {
	t.Helper()
	files, err := w.files(c)
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range files {
		if s := string(text); strings.Contains(s, "{%") || strings.Contains(s, "<no value>") || strings.Contains(path, "{") {
			t.Fatalf("%s was not filled in:\n%s", path, s)
		}
	}
	return files
}

// Every step at every level must be sound Go; format.Source refuses what is not.
func TestEveryLevelOfGo(t *testing.T) {
	w, err := newWriter()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range functions() {
		if f.family != "go" {
			continue
		}
		c := firstCode(&f)
		for level := 1; level <= 3; level++ {
			c.steps = nil
			for _, name := range c.family.steps {
				c.steps = append(c.steps, step{name, level})
			}
			contents(t, w, &c)
		}
	}
}

func TestZippedDependsOnItsArgumentsOnly(t *testing.T) {
	files := map[string][]byte{"b.sh": []byte("echo b"), "a.js": []byte("1;")}
	pack := func(serial int, prefix string) []byte {
		data, err := zipped(files, serial, prefix)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := pack(1, "")
	if !bytes.Equal(first, pack(1, "")) {
		t.Error("the same arguments made other bytes")
	}
	if bytes.Equal(first, pack(2, "")) || bytes.Equal(first, pack(1, "folder/")) {
		t.Error("other arguments made the same bytes")
	}
}
