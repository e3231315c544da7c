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
