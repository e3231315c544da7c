package dashboard_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verso/handlers/sitetest"
)

// revealed is the value of a variable as its form shows it.
func (s *site) revealed(t *testing.T, version, name string) string {
	t.Helper()
	a := s.post(t, greeter+"/"+version+"/environment/"+name+"/reveal", url.Values{"password": {string(sitetest.Password)}})
	if a.StatusCode != http.StatusOK {
		t.Fatalf("reveal %s: %d\n%s", name, a.StatusCode, a.text)
	}
	return a.attr(t, "[data-copy]", "data-copy")
}

// A form that has to be corrected comes back without the values that were typed, and has not lost them.
func TestS45TypedValuesComeBackUnseen(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for name, spoil := range map[string]url.Values{
		"a wrong timeout": {"timeout": {"0"}},
		"a wrong name":    {"env_key": {"1REGION", ""}},
		"more rows":       {"action": {"rows"}},
		"no file":         {},
	} {
		for _, scripted := range []bool{false, true} {
			form := maps.Clone(goodVersion())
			maps.Copy(form, spoil)
			zip := goodZip()
			if name == "no file" {
				zip = nil
			}
			r := s.multipart(t, greeter, form, zip, true)
			if scripted {
				r.Header.Set("HX-Request", "true")
			}
			a := s.do(t, r)
			if strings.Contains(a.text, "eu-canary") {
				t.Errorf("%s, scripted %t: the value is in the answer %d", name, scripted, a.StatusCode)
			}
			if draft := a.attr(t, "input[name=env_draft]", "value"); !strings.HasPrefix(draft, "s1.") || a.attr(t, "input[name=env_value]", "value") != "" {
				t.Errorf("%s, scripted %t: the draft is %q", name, scripted, draft)
			}
			if got := a.attr(t, "input[name=env_value]", "placeholder"); !strings.HasPrefix(got, "•") {
				t.Errorf("%s, scripted %t: nothing says that there is a value: %q", name, scripted, got)
			}
		}
	}
}

func TestS45ADraftBecomesTheValue(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	form := goodVersion()
	form["env_key"] = []string{"1REGION", ""}
	a := s.send(t, greeter, form, goodZip(), true)
	draft := a.attr(t, "input[name=env_draft]", "value")
	// The form comes back a second time, now for another reason: the draft stays.
	form["env_key"], form["env_value"], form["env_draft"] = []string{"REGION", "MORE"}, []string{"", "more-canary"}, []string{draft, ""}
	form.Set("timeout", "0")
	a = s.send(t, greeter, form, goodZip(), true)
	drafts := []string{a.attr(t, "tr[data-env-row]:nth-child(1) [name=env_draft]", "value"), a.attr(t, "tr[data-env-row]:nth-child(2) [name=env_draft]", "value")}
	if drafts[0] != draft || drafts[1] == "" || strings.Contains(a.text, "canary") {
		t.Fatalf("the drafts are %q\n%s", drafts, a.text)
	}
	form.Set("timeout", "5")
	form["env_value"], form["env_draft"] = []string{"", ""}, drafts
	s.create(t, form, goodZip())
	if got := s.revealed(t, "1", "REGION") + " " + s.revealed(t, "1", "MORE"); got != "eu-canary more-canary" {
		t.Errorf("the values are %q", got)
	}
	// Typed again, and the draft of somebody else's form.
	form["env_value"], form["env_draft"] = []string{"typed", ""}, []string{draft, ""}
	s.create(t, form, goodZip())
	if got := s.revealed(t, "2", "REGION"); got != "typed" {
		t.Errorf("the value is %q", got)
	}
	s.makeFunction(t, "parrot")
	form["env_value"] = []string{"", ""}
	a = s.send(t, functions+"/parrot/versions", form, goodZip(), true)
	if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.one(t, "#problem-environment"), "REGION") {
		t.Errorf("another function's draft: %d, %q", a.StatusCode, a.one(t, "#problem-environment"))
	}
}

// The look at a bucket's object brings the whole form back too.
func TestS45CheckingAnObjectShowsNoValue(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	form := goodVersion()
	form.Set("source", "bucket")
	form.Set("bucket", "none")
	form.Set("object", "a.zip")
	for _, a := range []answer{s.send(t, greeter+"/check-object", form, nil, false), s.post(t, greeter+"/check-object", form)} {
		if strings.Contains(a.text, "eu-canary") || !strings.HasPrefix(a.attr(t, "input[name=env_draft]", "value"), "s1.") {
			t.Errorf("status %d\n%s", a.StatusCode, a.text)
		}
	}
}

// A retry of a failed operation finds its values without having shown them.
func TestS45ARetryKeepsTheValues(t *testing.T) {
	s := newIdleSite(t)
	s.makeFunction(t, "greeter")
	a := s.send(t, greeter, goodVersion(), goodZip(), false)
	op := a.Header.Get("Location")
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("status %d\n%s", a.StatusCode, a.text)
	}
	if a = s.post(t, op+"/cancel", nil); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("cancel: %d", a.StatusCode)
	}
	id := strings.TrimPrefix(op, "/operations/")
	page := s.get(t, greeter+"/new?retry="+id)
	if page.attr(t, "input[name=env_kept]", "value") != "REGION" || strings.Contains(page.text, "eu-canary") {
		t.Fatalf("the form is not filled from the operation:\n%s", page.text)
	}
	s.Work(t)
	form := goodVersion()
	form.Set("retry", id)
	form["env_value"], form["env_kept"] = []string{"", ""}, []string{"REGION", ""}
	s.create(t, form, goodZip())
	if got := s.revealed(t, "1", "REGION"); got != "eu-canary" {
		t.Errorf("the value is %q", got)
	}
}
