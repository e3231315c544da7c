package dashboard_test

import (
	"net/http"
	"strings"
	"testing"
)

// S54
func TestS54AMethodThatAnAddressDoesNotTake(t *testing.T) {
	s := newSite(t)
	s.makeFunction(t, "greeter")
	for request, want := range map[string]struct {
		status int
		allow  string
	}{
		"DELETE " + functions:              {405, "GET, HEAD, POST"},
		"PUT " + functions + "/greeter":    {405, "GET, HEAD"},
		"PATCH /operations/x":              {405, "GET, HEAD"},
		"GET /operations/x/cancel":         {404, ""},
		"POST /nope":                       {405, "GET, HEAD"},
		"OPTIONS /":                        {405, "GET, HEAD"},
		"GET /nope":                        {404, ""},
		"TRACE " + functions:               {501, ""},
		"PROPFIND " + functions:            {501, ""},
		"get " + functions:                 {501, ""},
		"HEAD " + functions:                {200, ""},
		"DELETE " + functions + "/greeter": {405, "GET, HEAD"},
	} {
		method, path, _ := strings.Cut(request, " ")
		a := s.do(t, s.request(t, method, path, nil))
		if a.StatusCode != want.status || a.Header.Get("Allow") != want.allow {
			t.Errorf("%s: %d, Allow %q", request, a.StatusCode, a.Header.Get("Allow"))
		}
		if a.StatusCode >= 400 && (!strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || a.one(t, "h1") == "") {
			t.Errorf("%s is no page of ours:\n%s", request, a.text)
		}
	}
	r := s.request(t, http.MethodPost, functions+"/greeter", nil)
	r.Header.Set("X-HTTP-Method-Override", http.MethodDelete)
	if a := s.do(t, r); a.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("with an override: %d", a.StatusCode)
	}
}
