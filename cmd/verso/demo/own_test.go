package demo

import (
	"context"
	"strings"
	"testing"

	"verso/faas"
)

// somebody makes a function that is not the demo's.
func somebody(t *testing.T, c Config, project, name string) (faas.Actor, faas.Function) {
	t.Helper()
	verbs := (&stage{config: c}).serviceAt(c.Now)
	p, err := verbs.EnsureProject(t.Context(), operator(""), project)
	if err != nil {
		t.Fatal(err)
	}
	who := faas.Actor{ID: "owner", Name: "owner", ProjectID: p.ID, Role: faas.Owner, RequestID: "demo/real", Door: faas.DoorDashboard}
	f, err := verbs.CreateFunction(t.Context(), who, faas.FunctionInput{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return who, f
}

// wantRefusal lets the demo run and looks whether it kept its hands off.
func wantRefusal(t *testing.T, c Config, name string) {
	t.Helper()
	before, err := c.Store.Projects(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Fill(t.Context(), c)
	if !faas.Is(err, faas.Precondition) || !strings.Contains(err.Error(), name) {
		t.Errorf("got %+v, %v, want a refusal because of %s", got, err, name)
	}
	after, err := c.Store.Projects(t.Context())
	if err != nil || len(after) != len(before) {
		t.Errorf("%d projects became %d, %v", len(before), len(after), err)
	}
	for _, p := range after {
		list, err := c.Store.Functions(t.Context(), faas.FunctionFilter{ProjectID: p.ID})
		if err != nil || len(list.Items) > 1 || len(list.Items) == 1 && list.Items[0].LastNumber != 0 {
			t.Errorf("project %s now holds %+v, %v", p.Name, list.Items, err)
		}
	}
}

func TestRealFunctionsAreLeftAlone(t *testing.T) {
	for _, one := range []struct{ project, name string }{
		{"default", "order-intake"}, {"media-lab", "cdn-purge"}, {"default", "hello"}, {"elsewhere", "hello"},
	} {
		t.Run(one.project+" "+one.name, func(t *testing.T) {
			c := open(t)
			somebody(t, c, one.project, one.name)
			wantRefusal(t, c, "function "+one.name+" of")
		})
	}
}

func TestARealFunctionWithAFormerNameIsLeftAlone(t *testing.T) {
	c := open(t)
	who, f := somebody(t, c, "default", "price-feed")
	if _, err := (&stage{config: c}).serviceAt(c.Now).EditFunction(t.Context(), who, f.ID, faas.FunctionInput{Name: "prices"}); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, c, "function prices of")
}

func TestARealPersonOfADemoNameIsLeftAlone(t *testing.T) {
	c := open(t)
	verbs := (&stage{config: c}).serviceAt(c.Now)
	if _, err := verbs.AddPerson(t.Context(), operator(""), "petr.novak", newPassword(), false); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, c, "its people petr.novak:")
}

func TestALaterRunKnowsItsOwn(t *testing.T) {
	c := open(t)
	c.MostVersions = 1
	ctx, stop := context.WithCancel(t.Context())
	whole := c.Store
	c.Store = &firstBirth{Store: whole, stop: stop}
	if _, err := Fill(ctx, c); err == nil {
		t.Fatal("the first run was not interrupted")
	}
	c.Store = whole
	// What somebody adds while looking around does not stand in the way, unless it took a name of the demo.
	somebody(t, c, "default", "hello")
	if got, err := Fill(t.Context(), c); err != nil || got.Versions == 0 {
		t.Fatalf("the second run: %+v, %v", got, err)
	}
	verbs := (&stage{config: c}).serviceAt(c.Now)
	p, err := verbs.Project(t.Context(), "billing-eu")
	if err != nil {
		t.Fatal(err)
	}
	f, err := verbs.Function(t.Context(), operator(p.ID), "month-close")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verbs.EditFunction(t.Context(), operator(p.ID), f.ID, faas.FunctionInput{Name: "close"}); err != nil {
		t.Fatal(err)
	}
	if got, err := Fill(t.Context(), c); err != nil || got.Added != 0 {
		t.Errorf("after a rename: %+v, %v", got, err)
	}
	somebody(t, c, "billing-eu", "month-close")
	if _, err := Fill(t.Context(), c); !faas.Is(err, faas.Precondition) {
		t.Errorf("with a name taken over: %v", err)
	}
}

// firstBirth is the store of a run that is stopped when its first function has just been made.
type firstBirth struct {
	faas.Store
	stop context.CancelFunc
}

// CreateFunction makes it, and stops the run.
func (s *firstBirth) CreateFunction(ctx context.Context, f faas.Function, a faas.Audit) error {
	defer s.stop()
	return s.Store.CreateFunction(ctx, f, a)
}
