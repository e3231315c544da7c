package dashboard_test

import (
	"net/http"
	"net/url"
	"testing"
)

// The versions list shows what is being made; a deletion makes nothing.
func TestADeletionIsNoVersionInTheMaking(t *testing.T) {
	s := newIdleSite(t)
	s.makeFunction(t, "greeter")
	if a := s.send(t, greeter, withoutTags(), goodZip(), false); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("creating: %d\n%s", a.StatusCode, a.text)
	}
	if a := s.post(t, functions+"/greeter/delete", url.Values{"key": {"k"}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("deleting: %d\n%s", a.StatusCode, a.text)
	}
	if rows := s.get(t, greeter+"?status=creating").all(t, "#results [data-row]"); len(rows) != 1 {
		t.Errorf("versions in the making are %q", rows)
	}
	if rows := s.get(t, "/projects/default/operations").all(t, "#results [data-row]"); len(rows) != 2 {
		t.Errorf("operations are %q", rows)
	}
}

func withoutTags() url.Values {
	form := goodVersion()
	form.Del("tags")
	return form
}
