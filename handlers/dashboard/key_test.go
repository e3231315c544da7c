package dashboard_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A key that no form of ours has made is answered in the form, which then brings a good one.
func TestABadKeyIsAnsweredInTheForm(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for name, key := range map[string]string{"long": strings.Repeat("k", 12_000), "NUL": "a\x00b", "broken": "\xff", "foreign": "ключ"} {
		t.Run(name, func(t *testing.T) {
			version := goodVersion()
			version.Set("key", key)
			for what, a := range map[string]answer{
				"version":  s.send(t, greeter, version, goodZip(), false),
				"deletion": s.post(t, functions+"/greeter/delete", url.Values{"key": {key}}),
			} {
				if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.one(t, "#problems"), "idempotency key") {
					t.Errorf("%s: status %d: %.300s", what, a.StatusCode, a.one(t, "main"))
				}
				if again := a.attr(t, "input[name=key]", "value"); again == "" || again == key {
					t.Errorf("%s: the form comes back with the key %.20q", what, again)
				}
			}
		})
	}
}

// A function's name is unique, so that its form sent twice makes one function without any key.
func TestAFunctionsFormSentTwiceMakesOne(t *testing.T) {
	s := newSite(t)
	if keys := s.get(t, functions+"/new").all(t, "input[name=key]"); len(keys) > 0 {
		t.Error("the form has a key that nothing heeds")
	}
	form := url.Values{"name": {"greeter"}}
	first, second := s.post(t, functions, form), s.post(t, functions, form)
	if first.StatusCode != http.StatusSeeOther || second.StatusCode != http.StatusConflict || second.one(t, "#problem-name") == "" {
		t.Errorf("%d, then %d", first.StatusCode, second.StatusCode)
	}
	if rows := s.get(t, functions).all(t, "#results [data-row]"); len(rows) != 1 {
		t.Errorf("functions are %q", rows)
	}
}
