package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"verso/faas"
	"verso/web"
)

// aToken is well formed and opens nothing.
var aToken = string(faas.TokenText("abcdefghijklmnop", strings.Repeat("A", 43)))

func TestToken(t *testing.T) {
	tests := map[string]struct {
		headers http.Header
		want    string
		sent    bool
		status  int
	}{
		"none":                  {nil, "", false, 0},
		"Authorization":         {http.Header{"Authorization": {"Bearer abc"}}, "abc", true, 0},
		"in small letters":      {http.Header{"Authorization": {"bearer abc"}}, "abc", true, 0},
		"with much space":       {http.Header{"Authorization": {"Bearer \t abc  "}}, "abc", true, 0},
		"X-Auth-Token":          {http.Header{"X-Auth-Token": {" abc "}}, "abc", true, 0},
		"both, the same":        {http.Header{"Authorization": {"Bearer abc"}, "X-Auth-Token": {"abc"}}, "abc", true, 0},
		"both, and they differ": {http.Header{"Authorization": {"Bearer abc"}, "X-Auth-Token": {"abd"}}, "", true, 400},
		"two lines":             {http.Header{"Authorization": {"Bearer abc", "Bearer abd"}}, "", true, 400},
		"two of the other":      {http.Header{"X-Auth-Token": {"abc", ""}}, "", true, 400},
		"no token after all":    {http.Header{"Authorization": {"Bearer"}}, "", true, 0},
		"an empty one":          {http.Header{"X-Auth-Token": {""}}, "", true, 0},
		"two words":             {http.Header{"Authorization": {"Bearer a b"}}, "a b", true, 0},
		"a proxy's password":    {http.Header{"Authorization": {"Basic YTpi"}}, "", false, 0},
		"a password and ours":   {http.Header{"Authorization": {"Basic YTpi"}, "X-Auth-Token": {"abc"}}, "abc", true, 0},
		"another scheme":        {http.Header{"Authorization": {"Bearerabc"}}, "", false, 0},
		"nothing but space":     {http.Header{"Authorization": {"  "}}, "", false, 0},
	}
	for name, test := range tests {
		r := httptest.NewRequest(http.MethodGet, "/?token=abc&access_token=abc", nil)
		r.Header = test.headers
		got, sent, err := web.Token(r)
		if got != test.want || sent != test.sent || (err == nil) != (test.status == 0) || err != nil && web.Status(err) != test.status {
			t.Errorf("%s: got %q, %v, %v", name, got, sent, err)
		}
	}
}

func TestS41ATokenInTheAddressIsRefusedAndNotLogged(t *testing.T) {
	secret := aToken[len("t1.abcdefghijklmnop."):]
	var out logs
	reached := false
	h := wholeLog(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }), slog.New(slog.NewJSONHandler(&out, nil)))
	for _, target := range []string{
		"/?token=" + aToken, "/?a=1&b=" + aToken + "x", "/?" + aToken, "/?" + aToken + "=1", "/?x=" + url.QueryEscape("Bearer "+aToken),
		"/?x=" + strings.ReplaceAll(aToken, ".", "%2e"), "/?x=%zz&y=" + strings.ReplaceAll(aToken, "t1", "%74%31"), "/?access_token=whatever",
		"/?x=1;" + aToken, "/?" + strings.ReplaceAll(aToken, "t1", "%74%31") + "=1",
		"/?token=" + aToken[:len(aToken)-3],
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			got := answer(h, method, target, nil)
			if got.Code != 401 || reached || !strings.Contains(got.Body.String(), "revoke it") || got.Header().Get("WWW-Authenticate") != "Bearer" {
				t.Errorf("%s %s: got %d %q", method, target, got.Code, got.Body)
			}
			if strings.Contains(got.Body.String(), secret) {
				t.Errorf("%s: the answer repeats the token", target)
			}
		}
	}
	for _, target := range []string{"/", "/?q=t1.abc", "/?next=/x&q=t1", "/?token=abc", "/?%zz"} {
		if reached = false; answer(h, "GET", target, nil).Code != 200 || !reached {
			t.Errorf("%s was refused", target)
		}
	}
	// In a path it opens nothing either; the log has to hold the path.
	for _, target := range []string{"/projects/" + aToken + "/functions", "/" + strings.Repeat("a", 200) + aToken, "/" + strings.ReplaceAll(aToken, ".", "%2E"), "/" + aToken[:len(aToken)-1]} {
		answer(h, "GET", target, nil)
	}
	answer(h, "GET", "/", map[string]string{"Authorization": "Bearer " + aToken, "X-Auth-Token": aToken, "User-Agent": aToken, "Referer": "http://x/?" + aToken, "X-Request-Id": aToken})
	if log := out.String(); strings.Contains(log, secret[:20]) || !strings.Contains(log, "/projects/t1.") {
		t.Errorf("the log is\n%s", log)
	}
}

// A panic may carry what the request carried.
func TestS41APanicsTokenIsNotLogged(t *testing.T) {
	var out logs
	h := whole(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no such token: " + aToken) }), &out)
	answer(h, "GET", "/", nil)
	if log := out.String(); strings.Contains(log, aToken) || !strings.Contains(log, "no such token") {
		t.Errorf("the log is\n%s", log)
	}
}

func TestA401NamesTheSchemeItWants(t *testing.T) {
	h := whole(web.Handle(func(http.ResponseWriter, *http.Request) error {
		return faas.Errorf(faas.Unauthenticated, "Sign in first.")
	}, web.PlainError), io.Discard)
	if got := answer(h, "GET", "/", nil); got.Code != 401 || got.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("got %d %v", got.Code, got.Header())
	}
}
