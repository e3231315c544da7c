package service_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/service"
)

// opened is the whole environment of a version in clear.
func (h *house) opened(t *testing.T, v faas.Version) map[string]string {
	t.Helper()
	env := map[string]string{}
	for name := range v.Settings.Environment {
		value, err := h.OpenValue(v, name)
		if err != nil {
			t.Fatal(err)
		}
		env[name] = string(value)
	}
	return env
}

func wantEnv(t *testing.T, h *house, v faas.Version, want map[string]string) {
	t.Helper()
	if got := h.opened(t, v); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the environment is %v, want %v", got, want)
	}
}

// Copying takes values along without showing them: each is sealed anew for the version it goes to.
func TestS44KeptValuesFollowUnseen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f, other := h.newFunction(t, "greeter"), h.newFunction(t, "parrot")
		from := h.made(t, f, "a", func(in *service.VersionInput) {
			in.Environment = []faas.Variable{{Key: "A", Value: "one"}, {Key: "B", Value: "two"}, {Key: "EMPTY"}}
		})
		kept := []faas.Variable{{Key: "A", Kept: "A"}, {Key: "RENAMED", Kept: "B"}, {Key: "EMPTY", Kept: "EMPTY"}, {Key: "", Kept: "B"}}
		copied := h.copy(t, other, from, func(in *service.VersionInput) { in.Base, in.Environment = from.ID, kept })
		wantEnv(t, h, copied, map[string]string{"A": "one", "RENAMED": "two", "EMPTY": ""})
		if copied.Settings.Environment["A"] == from.Settings.Environment["A"] {
			t.Error("the value was copied as it is sealed")
		}
		typed := h.copy(t, f, from, func(in *service.VersionInput) {
			in.Base, in.Environment = from.ID, []faas.Variable{{Key: "A", Kept: "A", Value: "another"}, {Key: "B", Kept: "B"}}
		})
		wantEnv(t, h, typed, map[string]string{"A": "another", "B": "two"})
		// What a caller puts into the settings itself is nobody's value.
		forged := h.copy(t, f, from, func(in *service.VersionInput) { in.Settings.Environment = from.Settings.Environment })
		wantEnv(t, h, forged, map[string]string{})
	})
}

func TestS44KeptValuesOfAFailedOperation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newIdleHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		op, err := h.upload(t, f, zipOf("a"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.CancelOperation(t.Context(), h.actor, op.ID); err != nil {
			t.Fatal(err)
		}
		h.work(t)
		again := h.made(t, f, "b", func(in *service.VersionInput) {
			in.Base, in.Environment = op.ID, []faas.Variable{{Key: "REGION", Kept: "REGION"}}
		})
		wantEnv(t, h, again, map[string]string{"REGION": "eu"})
	})
}

func TestAValueThatIsGoneIsNotAnEmptyOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		v := h.made(t, f, "a")
		here := h.actor
		h.actor = h.newActor(t, "elsewhere")
		foreign := h.made(t, h.newFunction(t, "greeter"), "a")
		h.actor = here
		for name, c := range map[string]struct{ base, kept string }{
			"no base":                  {"", "REGION"},
			"no id":                    {"latest", "REGION"},
			"an unknown base":          {f.ID, "REGION"},
			"another project's base":   {foreign.ID, "REGION"},
			"another project's order":  {foreign.OperationID, "REGION"},
			"a name the base lacks":    {v.ID, "ZONE"},
			"a name the order lacks":   {v.OperationID, "ZONE"},
			"the name in another case": {v.ID, "region"},
		} {
			_, err := h.upload(t, f, zipOf("b"), func(in *service.VersionInput) {
				in.Base, in.Environment = c.base, []faas.Variable{{Key: "REGION", Kept: c.kept}}
			})
			if !faas.Is(err, faas.Invalid) || faas.ProblemsOf(err)[0].Message != "The stored value of "+c.kept+" is no longer there; enter it again." {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// A form that has to be corrected carries what was typed in it, and shows it to nobody.
func TestS44DraftsAreTheirTypistsAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f, other := h.newFunction(t, "greeter"), h.newFunction(t, "parrot")
		rows := []faas.Variable{{Key: "1BAD", Value: "typed"}, {Key: "KEPT", Kept: "KEPT"}, {}}
		drafts, err := h.DraftEnvironment(t.Context(), h.actor, f, rows)
		if err != nil || len(drafts) != 3 || drafts[0].Value != "" || drafts[0].Draft == "" || drafts[1] != rows[1] || drafts[2] != rows[2] {
			t.Fatalf("drafts are %+v, error %v", drafts, err)
		}
		if rows[0].Value != "typed" {
			t.Error("the caller's own rows were changed")
		}
		draft := []faas.Variable{{Key: "GOOD", Draft: drafts[0].Draft}} // the name was what had to be corrected
		v := h.made(t, f, "a", func(in *service.VersionInput) { in.Environment = draft })
		wantEnv(t, h, v, map[string]string{"GOOD": "typed"})
		over := h.made(t, f, "a", func(in *service.VersionInput) {
			in.Environment = []faas.Variable{{Key: "GOOD", Draft: drafts[0].Draft, Value: "typed again"}}
		})
		wantEnv(t, h, over, map[string]string{"GOOD": "typed again"})

		me, someone, elsewhere := h.actor, h.actor, h.newActor(t, "elsewhere")
		someone.ID = "bob"
		for name, c := range map[string]struct {
			who   faas.Actor
			f     faas.Function
			draft faas.Sealed
		}{
			"somebody else":    {someone, f, drafts[0].Draft},
			"another function": {me, other, drafts[0].Draft},
			"another project":  {elsewhere, f, drafts[0].Draft},
			"a stored value":   {me, f, v.Settings.Environment["GOOD"]},
			"no draft":         {me, f, "typed"},
			"an unknown key":   {me, f, "s1.00000000." + drafts[0].Draft[12:]},
		} {
			_, err := h.CreateVersion(t.Context(), c.who, service.VersionInput{
				Function: c.f, Settings: settings(), Source: service.Source{Kind: faas.FromCopy, CopyOf: v.ID},
				Environment: []faas.Variable{{Key: "GOOD", Draft: c.draft}},
			})
			wantKind(t, err, faas.Invalid, "environment")
			if t.Failed() {
				t.Fatalf("the case is: %s", name)
			}
		}
	})
}

// The record of a key says nothing of values: a hash of a short one would tell it.
func TestS44FingerprintsHoldNoValues(t *testing.T) {
	print := func(change func(*service.VersionInput)) string {
		in := service.VersionInput{Settings: settings(), Environment: []faas.Variable{{Key: "A", Value: "1"}, {Key: "B", Kept: "B"}}, Base: "base"}
		change(&in)
		got, err := in.Fingerprint()
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	plain := print(func(*service.VersionInput) {})
	for name, c := range map[string]struct {
		same   bool
		change func(*service.VersionInput)
	}{
		"another value":            {true, func(in *service.VersionInput) { in.Environment[0].Value = "2" }},
		"a draft of it":            {true, func(in *service.VersionInput) { in.Environment[0] = faas.Variable{Key: "A", Draft: "s1.x"} }},
		"another order":            {true, func(in *service.VersionInput) { slices.Reverse(in.Environment) }},
		"a blank row":              {true, func(in *service.VersionInput) { in.Environment = append(in.Environment, faas.Variable{}) }},
		"another name":             {false, func(in *service.VersionInput) { in.Environment[0].Key = "C" }},
		"another kept one":         {false, func(in *service.VersionInput) { in.Environment[1].Kept = "A" }},
		"another base":             {false, func(in *service.VersionInput) { in.Base = "other" }},
		"one more":                 {false, func(in *service.VersionInput) { in.Environment = append(in.Environment, faas.Variable{Key: "D"}) }},
		"typed, not kept":          {false, func(in *service.VersionInput) { in.Environment[1].Value = "2" }},
		"another description":      {false, func(in *service.VersionInput) { in.Description = "x" }},
		"an environment of no use": {true, func(in *service.VersionInput) { in.Settings.Environment = map[string]faas.Sealed{"X": "y"} }},
	} {
		if (print(c.change) == plain) != c.same {
			t.Errorf("%s: same is %t", name, !c.same)
		}
	}
}

// Rule 9 of the data, for what the fingerprint leaves out.
func TestOneKeyIsOneEnvironment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		from := h.made(t, f, "a")
		in := service.VersionInput{
			Function: f, Settings: settings(), Source: service.Source{Kind: faas.FromCopy, CopyOf: from.ID}, Base: from.ID, Key: "k-1",
			Environment: []faas.Variable{{Key: "A", Value: "one"}, {Key: "REGION", Kept: "REGION"}},
		}
		first, err := h.CreateVersion(t.Context(), h.actor, in)
		if err != nil {
			t.Fatal(err)
		}
		drafts, err := h.DraftEnvironment(t.Context(), h.actor, f, in.Environment)
		if err != nil {
			t.Fatal(err)
		}
		h.finish(t, first)
		for _, env := range [][]faas.Variable{in.Environment, drafts} {
			in.Environment = env
			if again, err := h.CreateVersion(t.Context(), h.actor, in); err != nil || again.ID != first.ID {
				t.Errorf("again it is %s, want %s, error %v", again.ID, first.ID, err)
			}
		}
		for _, value := range []faas.Secret{"two", "on", "one "} {
			in.Environment = []faas.Variable{{Key: "A", Value: value}, {Key: "REGION", Kept: "REGION"}}
			op, err := h.CreateVersion(t.Context(), h.actor, in)
			wantKind(t, err, faas.Conflict, "")
			if op.ID != "" {
				t.Errorf("the refused request got the operation %s", op.ID)
			}
		}
	})
}

// Of many with one key at once, those that say the same share an operation and the others are refused.
func TestOneKeyIsOneEnvironmentAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		from := h.made(t, f, "a")
		type answer struct {
			value faas.Secret
			op    string
			err   error
		}
		answers := make([]answer, 12)
		var wait sync.WaitGroup
		for i := range answers {
			wait.Go(func() {
				value := faas.Secret(fmt.Sprint("value ", i%2))
				op, err := h.CreateVersion(t.Context(), h.actor, service.VersionInput{
					Function: f, Settings: settings(), Source: service.Source{Kind: faas.FromCopy, CopyOf: from.ID}, Key: "k-1",
					Environment: []faas.Variable{{Key: "A", Value: value}},
				})
				answers[i] = answer{value, op.ID, err}
			})
		}
		wait.Wait()
		var won faas.Secret
		ops := map[string]bool{}
		for _, a := range answers {
			if a.err == nil {
				ops[a.op] = true
				won = a.value
			}
		}
		for _, a := range answers {
			if (a.err == nil) != (a.value == won) || (a.err != nil && !faas.Is(a.err, faas.Conflict)) {
				t.Errorf("%s got %s, error %v; %s was first", string(a.value), a.op, a.err, string(won))
			}
		}
		if len(ops) != 1 {
			t.Errorf("%d operations were made", len(ops))
		}
	})
}

func TestProtectedTagsOfANewVersionNeedALead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, store *db.Store) {
		h := newHouse(t, store, noBuckets(t))
		f := h.newFunction(t, "greeter")
		v := h.made(t, f, "a")
		dev := h.actor
		dev.Role = faas.Developer
		for tags, ok := range map[string]bool{"beta": true, "prod": false, "beta prod": false, "": true} {
			_, err := h.CreateVersion(t.Context(), dev, service.VersionInput{
				Function: f, Settings: settings(), Tags: faas.WordsOf(tags), Source: service.Source{Kind: faas.FromCopy, CopyOf: v.ID},
			})
			if ok && err != nil {
				t.Errorf("%q: %v", tags, err)
			}
			if !ok {
				wantKind(t, err, faas.Forbidden, "tags")
			}
		}
		viewer := h.actor
		viewer.Role = faas.Viewer
		_, err := h.CreateVersion(t.Context(), viewer, service.VersionInput{Function: f, Settings: settings(), Key: "k"})
		wantKind(t, err, faas.Forbidden, "")
	})
}
