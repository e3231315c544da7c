package dashboard_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"verso/db/dbtest"
	"verso/handlers"
	"verso/handlers/dashboard"
	"verso/handlers/sitetest"
)

// elsewhere is a site whose people may sign in with an issuer.
type elsewhere struct {
	*sitetest.Site
	issuer *testIssuer
}

// newElsewhere makes a site that is set up, with an issuer that knows nina.
func newElsewhere(t *testing.T, o sitetest.Options) *elsewhere {
	t.Helper()
	return newElsewhereOf(t, newTestIssuer(t), o)
}

func newElsewhereOf(t *testing.T, issuer *testIssuer, o sitetest.Options) *elsewhere {
	t.Helper()
	e := &elsewhere{issuer: issuer}
	o.Idle = true
	o.Change = func(c *handlers.Config) { c.OIDC = dashboard.NewOIDC(e.config(c)) }
	e.Site = sitetest.New(t, o)
	e.issuer.set(func(i *testIssuer) { i.now = e.Clock.Now })
	dbtest.Person(t, e.Store, "root")
	return e
}

func (e *elsewhere) config(c *handlers.Config) dashboard.OIDCConfig {
	return dashboard.OIDCConfig{
		Issuer: e.issuer.URL, ClientID: clientID, Secret: clientSecret, Name: "Acme", GroupsClaim: "groups", BaseURL: c.BaseURL, Now: c.Now,
	}
}

// start presses the button, and returns the answer with the address it leads on to.
func (e *elsewhere) start(t *testing.T, v *sitetest.Visitor, next string) (sitetest.Answer, string) {
	t.Helper()
	a := v.Post(t, "/login/oidc", url.Values{"next": {next}})
	to, _ := strings.CutPrefix(a.Header.Get("Refresh"), "0; url=")
	return a, to
}

// visit follows the browser to the issuer, and returns the path by which it comes back.
func (e *elsewhere) visit(t *testing.T, to string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	back, ours := strings.CutPrefix(res.Header.Get("Location"), e.Config.BaseURL)
	if res.StatusCode != http.StatusFound || !ours {
		t.Fatalf("the issuer answers %d and leads to %q", res.StatusCode, res.Header.Get("Location"))
	}
	return back
}

// back is the way to the issuer and back, without the last step.
func (e *elsewhere) back(t *testing.T, v *sitetest.Visitor, next string) string {
	t.Helper()
	a, to := e.start(t, v, next)
	if a.StatusCode != http.StatusOK || to == "" {
		t.Fatalf("the start answers %d\n%s", a.StatusCode, a.Text)
	}
	return e.visit(t, to)
}

// returns is the last step: the browser comes from the issuer's site.
func (e *elsewhere) returns(t *testing.T, v *sitetest.Visitor, path string) sitetest.Answer {
	t.Helper()
	return e.returnsWith(t, v, "", path)
}

// returnsWith is returns with a cookie for the attempt that stands before the browser's own; empty for none.
func (e *elsewhere) returnsWith(t *testing.T, v *sitetest.Visitor, attempt, path string) sitetest.Answer {
	t.Helper()
	r := v.Request(t, http.MethodGet, path, nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if attempt != "" {
		r.Header.Set("Cookie", "verso-oidc="+attempt)
	}
	return v.Do(t, r)
}

// signIn is the whole way.
func (e *elsewhere) signIn(t *testing.T, v *sitetest.Visitor, next string) sitetest.Answer {
	t.Helper()
	return e.returns(t, v, e.back(t, v, next))
}

// wantIn fails unless the answer begins a session and leads to a page.
func wantIn(t *testing.T, v *sitetest.Visitor, a sitetest.Answer, to string) {
	t.Helper()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != to || v.Cookie(t) == "" {
		t.Fatalf("the answer is %d to %q, want 303 to %q with a session\n%s", a.StatusCode, a.Header.Get("Location"), to, a.Text)
	}
}

// wantOut fails unless the answer is the login page with a sentence, and nobody is signed in.
func wantOut(t *testing.T, v *sitetest.Visitor, a sitetest.Answer, status int, sentence string) {
	t.Helper()
	if a.StatusCode != status || !strings.Contains(a.Text, sentence) || !strings.Contains(a.Text, `name="password"`) {
		t.Errorf("the answer is %d, want %d and the login page with %q\n%s", a.StatusCode, status, sentence, a.Text)
	}
	if v.Cookie(t) != "" {
		t.Error("a session was begun")
	}
}

func cookieOf(a sitetest.Answer, name string) *http.Cookie {
	at := slices.IndexFunc(a.Cookies(), func(c *http.Cookie) bool { return c.Name == name })
	if at < 0 {
		return nil
	}
	return a.Cookies()[at]
}
