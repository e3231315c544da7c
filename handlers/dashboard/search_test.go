package dashboard_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestALongSearchGetsASentence(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for _, path := range []string{functions, greeter} {
		for name, q := range map[string]string{"letters": strings.Repeat("a", 60_000), "percents": strings.Repeat("%25", 20_000)} {
			a := s.get(t, path+"?q="+q)
			if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.one(t, "main"), "200 are allowed") {
				t.Errorf("%s for %s: %d: %.300s", name, path, a.StatusCode, a.one(t, "main"))
			}
			if a := s.fragment(t, path+"?q="+q); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.text, "200 are allowed") {
				t.Errorf("%s for %s in part: %d", name, path, a.StatusCode)
			}
		}
	}
}
