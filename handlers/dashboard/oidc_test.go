package dashboard_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
	"verso/handlers/sitetest"
	"verso/service"
)

func TestSignInWithAnIssuer(t *testing.T) {
	dbtest.EachConfig(t, func(t *testing.T, cfg db.Config) {
		e := newElsewhere(t, sitetest.Options{Database: &cfg})
		v := e.Nobody(t)
		if page := v.Get(t, "/login").Text; !strings.Contains(page, "Sign in with Acme") {
			t.Fatalf("the login page has no button\n%s", page)
		}
		first := e.signIn(t, v, "/projects?x=1")
		wantIn(t, v, first, "/projects?x=1")
		if c := cookieOf(first, "verso-oidc"); c == nil || c.MaxAge >= 0 {
			t.Errorf("the attempt's cookie stays: %v", c)
		}
		p, err := e.Store.PersonByName(t.Context(), "nina")
		if err != nil || p.Issuer != e.issuer.URL || p.Subject != "subject-of-nina" || p.Admin {
			t.Fatalf("the person is %+v (%v)", p, err)
		}
		if page := v.Get(t, "/settings/account"); page.StatusCode != http.StatusOK || !strings.Contains(page.Text, "nina") {
			t.Errorf("the account page answers %d", page.StatusCode)
		}
		other := e.Nobody(t)
		wantIn(t, other, e.signIn(t, other, ""), "/")
		list, err := e.Store.Audits(t.Context(), faas.AuditFilter{Actor: "nina", Page: faas.Page{Size: 10}})
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, a := range list.Items {
			lines = append(lines, a.Action+" "+string(a.Result)+" "+string(a.Door)+" "+a.Address)
		}
		want := []string{"session.start done dashboard 127.0.0.1", "session.start done dashboard 127.0.0.1", "person.add done dashboard 127.0.0.1"}
		if !slices.Equal(lines, want) {
			t.Errorf("the record says %q, want %q", lines, want)
		}
	})
}

func TestTheWayToTheIssuer(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	a, to := e.start(t, e.Nobody(t), "/projects")
	at, err := url.Parse(to)
	if err != nil || !strings.HasPrefix(to, e.issuer.URL+"/authorize?") {
		t.Fatalf("it leads to %q (%v)", to, err)
	}
	q := at.Query()
	for name, want := range map[string]string{
		"client_id": clientID, "response_type": "code", "scope": "openid profile email", "code_challenge_method": "S256",
		"redirect_uri": e.Config.BaseURL + "/login/oidc/callback",
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	if strings.Contains(to, clientSecret) {
		t.Error("the address holds the secret")
	}
	c := cookieOf(a, "verso-oidc")
	if c == nil || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.MaxAge != 600 || c.Domain != "" {
		t.Fatalf("the cookie is %+v", c)
	}
	parts := strings.Split(c.Value, ".")
	if len(parts) != 4 || parts[0] != q.Get("state") || parts[1] != q.Get("nonce") || parts[2] == q.Get("code_challenge") {
		t.Errorf("the cookie holds %q for %v", c.Value, q)
	}
	if !strings.Contains(a.Text, "Continue") || !strings.Contains(a.Text, e.issuer.URL) {
		t.Errorf("the page has no link for browsers that do not follow\n%s", a.Text)
	}
	_, second := e.start(t, e.Nobody(t), "/projects")
	if other, _ := url.Parse(second); other.Query().Get("state") == q.Get("state") || other.Query().Get("nonce") == q.Get("nonce") || other.Query().Get("code_challenge") == q.Get("code_challenge") {
		t.Error("two attempts share a secret")
	}
}

// The callback's address is the configured one, whatever the request calls us; behind https its cookie is bound to us.
func TestS35TheCallbackIsTheConfiguredOne(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{BaseURL: "https://verso.example.com"})
	v := e.Nobody(t)
	r := v.Form(t, "/login/oidc", nil)
	r.Host = "evil.example"
	r.Header.Set("X-Forwarded-Host", "evil.example")
	a := v.Do(t, r)
	to, err := url.QueryUnescape(a.Header.Get("Refresh"))
	if err != nil || !strings.Contains(to, "redirect_uri=https://verso.example.com/login/oidc/callback&") || strings.Contains(to, "evil") {
		t.Errorf("it leads to %q (%v)", to, err)
	}
	c := cookieOf(a, "__Host-verso-oidc")
	if c == nil || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %+v", c)
	}
}

func TestS34SigningInElsewhereLeadsToOurPagesOnly(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	for next, want := range map[string]string{
		"/projects": "/projects", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", `\/evil.example`: "/",
		"/%09/evil.example": "/", "/%2f/evil.example": "/", "/..//evil.example": "/", "https:evil.example": "/",
		"javascript:alert(1)": "/", "/a" + strings.Repeat("b", 10<<10): "/", "/a" + strings.Repeat("b", 3000): "/",
	} {
		v := e.Nobody(t)
		wantIn(t, v, e.signIn(t, v, next), want)
	}
	// A cookie that somebody planted leads nowhere else either.
	v := e.Nobody(t)
	a, to := e.start(t, v, "/projects")
	parts := strings.Split(cookieOf(a, "verso-oidc").Value, ".")
	parts[3] = base64.RawURLEncoding.EncodeToString([]byte("https://evil.example"))
	wantIn(t, v, e.returnsWith(t, v, strings.Join(parts, "."), e.visit(t, to)), "/")
}

func TestTheStateMustBeThisBrowsers(t *testing.T) {
	const sentence = "begun in another window, or more than 10 minutes ago"
	e := newElsewhere(t, sitetest.Options{})
	t.Run("another state", func(t *testing.T) {
		v := e.Nobody(t)
		path := e.back(t, v, "/projects")
		at, _ := url.Parse(path)
		q := at.Query()
		q.Set("state", strings.Repeat("x", 43))
		wantOut(t, v, e.returns(t, v, "/login/oidc/callback?"+q.Encode()), http.StatusUnauthorized, sentence)
		// Made up by somebody else, so it has not ended this browser's attempt.
		wantIn(t, v, e.returns(t, v, path), "/projects")
	})
	t.Run("another browser", func(t *testing.T) {
		v := e.Nobody(t)
		path := e.back(t, e.Nobody(t), "")
		wantOut(t, v, e.returns(t, v, path), http.StatusUnauthorized, sentence)
	})
	t.Run("another attempt of this browser", func(t *testing.T) {
		v := e.Nobody(t)
		first, second := e.back(t, v, ""), e.back(t, v, "/projects")
		wantOut(t, v, e.returns(t, v, first), http.StatusUnauthorized, sentence)
		wantIn(t, v, e.returns(t, v, second), "/projects")
	})
	for name, value := range map[string]string{
		"no secrets": "...", "short": "a.b.c.d", "no attempt": strings.Repeat("x", 5000),
		"not base64": strings.Repeat("x", 43) + "." + strings.Repeat("x", 43) + "." + strings.Repeat("x", 43) + ".%",
	} {
		t.Run("cookie: "+name, func(t *testing.T) {
			v := e.Nobody(t)
			wantOut(t, v, e.returnsWith(t, v, value, e.back(t, v, "")), http.StatusUnauthorized, sentence)
		})
	}
	t.Run("no state", func(t *testing.T) {
		v := e.Nobody(t)
		wantOut(t, v, e.returnsWith(t, v, "...", "/login/oidc/callback?code=x&state="), http.StatusUnauthorized, sentence)
		wantOut(t, v, e.returns(t, v, "/login/oidc/callback"), http.StatusUnauthorized, sentence)
	})
}

func TestACallbackIsGoodOnce(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	v := e.Nobody(t)
	a, to := e.start(t, v, "")
	attempt := cookieOf(a, "verso-oidc").Value
	path := e.visit(t, to)
	wantIn(t, v, e.returns(t, v, path), "/")
	if again := e.returns(t, v, path); again.StatusCode != http.StatusUnauthorized {
		t.Errorf("the same callback again answers %d", again.StatusCode)
	}
	thief := e.Nobody(t)
	wantOut(t, thief, e.returns(t, thief, path), http.StatusUnauthorized, "begun in another window")
	// Nor does it help to have the cookie too.
	wantOut(t, thief, e.returnsWith(t, thief, attempt, path), http.StatusUnauthorized, "it took too long or was done already")
}

func TestWhatTheIssuerRefuses(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	for _, c := range []struct{ name, query, sentence string }{
		{"the person said no", "error=access_denied", "Signing in with Acme did not work: it was not agreed to there. Try again or use a password."},
		{"anything else", "error=server_error&error_description=%3Cb%3Ebold%3C%2Fb%3E", "it was refused there"},
		{"another issuer", "code=x&iss=https%3A%2F%2Fevil.example", "the answer came from somebody else"},
		{"no code", "", "it took too long or was done already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := e.Nobody(t)
			_, to := e.start(t, v, "/projects")
			at, _ := url.Parse(to)
			a := e.returns(t, v, "/login/oidc/callback?state="+at.Query().Get("state")+"&"+c.query)
			wantOut(t, v, a, http.StatusUnauthorized, c.sentence)
			if !strings.Contains(a.Text, `value="/projects"`) {
				t.Errorf("the way on is lost\n%s", a.Text)
			}
			if strings.Contains(a.Text, "bold") {
				t.Errorf("the page repeats the issuer's words\n%s", a.Text)
			}
		})
	}
}

func TestS22SigningInElsewhereBeginsHere(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	for name, header := range map[string]http.Header{
		"another site":      {"Sec-Fetch-Site": {"cross-site"}},
		"a sister site":     {"Sec-Fetch-Site": {"same-site"}},
		"another origin":    {"Origin": {"https://evil.example"}},
		"an unknown origin": {"Origin": {"null"}},
	} {
		v := e.Nobody(t)
		r := v.Form(t, "/login/oidc", nil)
		r.Header.Del("Sec-Fetch-Site")
		for key := range header {
			r.Header.Set(key, header.Get(key))
		}
		if a := v.Do(t, r); a.StatusCode != http.StatusForbidden || cookieOf(a, "verso-oidc") != nil {
			t.Errorf("from %s: %d", name, a.StatusCode)
		}
	}
}

func TestWithoutAnIssuerThereIsNothing(t *testing.T) {
	s := sitetest.New(t, sitetest.Options{Idle: true})
	v := s.Nobody(t)
	if a := v.Post(t, "/login/oidc", nil); a.StatusCode != http.StatusNotFound {
		t.Errorf("the start answers %d", a.StatusCode)
	}
	if a := v.Get(t, "/login/oidc/callback?code=x&state=y"); a.StatusCode != http.StatusNotFound {
		t.Errorf("the callback answers %d", a.StatusCode)
	}
	if a := v.Get(t, "/login"); strings.Contains(a.Text, "/login/oidc") {
		t.Errorf("the login page has a button\n%s", a.Text)
	}
}

func TestGroupsAtTheIssuerOpenProjects(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{Groups: []service.GroupRule{
		{Group: "dev", Project: faas.DefaultProject, Role: faas.Developer}, {Group: "ops", Admin: true},
	}})
	e.AddPerson(t, "olga", true) // the last administrator would stay one
	v := e.Nobody(t)
	says := func(groups any) {
		e.issuer.set(func(i *testIssuer) { i.claims["groups"] = groups })
		a := e.signIn(t, v, "/projects")
		wantIn(t, v, a, "/projects")
	}
	wants := func(path string, status int) {
		t.Helper()
		if a := v.Get(t, path); a.StatusCode != status {
			t.Errorf("%s answers %d, want %d", path, a.StatusCode, status)
		}
	}
	const page, people = "/projects/default/functions/new", "/settings/people"
	says([]string{"cooks"})
	wants(page, http.StatusNotFound)
	says("dev") // some issuers send one group without a list
	wants(page, http.StatusOK)
	wants(people, http.StatusForbidden)
	says([]any{"ops", 7, nil, "dev", ""})
	wants(people, http.StatusOK)
	says([]string{"dev"})
	wants(people, http.StatusForbidden)
	wants(page, http.StatusOK)
	says([]string{})
	wants(page, http.StatusNotFound)
}

func TestNamesFromTheIssuer(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	taken := dbtest.Person(t, e.Store, "taken")
	cases := []struct {
		name   string
		claims map[string]any
		person string // who is signed in then; empty for nobody
		status int
		says   string
	}{
		{"the preferred one", map[string]any{"preferred_username": " Ann.Lee ", "email": "a@example.com"}, "ann.lee", 303, ""},
		{"the address", map[string]any{"email": "Bob@Example.com", "name": "Bob"}, "bob@example.com", 303, ""},
		{"the address, when the preferred one cannot be", map[string]any{"preferred_username": "Чарли", "email": "charlie@example.com"}, "charlie@example.com", 303, ""},
		{"not an address that anybody could claim", map[string]any{"email": "boss@example.com", "email_verified": false, "name": "eve"}, "eve", 303, ""},
		{"neither when that is told in words", map[string]any{"email": "boss@example.com", "email_verified": "false"}, "", 409, "no name that can be one here"},
		{"none", map[string]any{"name": "Dora Lee"}, "", 409, "no name that can be one here"},
		{"somebody else's", map[string]any{"preferred_username": "Taken"}, "", 409, "Somebody here is called taken already"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e.issuer.set(func(i *testIssuer) {
				i.claims = c.claims
				i.claims["sub"] = c.name
			})
			v := e.Nobody(t)
			a := e.signIn(t, v, "")
			if c.person == "" {
				wantOut(t, v, a, c.status, c.says)
				return
			}
			wantIn(t, v, a, "/")
			if p, err := e.Store.PersonByName(t.Context(), c.person); err != nil || p.Subject != c.name {
				t.Errorf("%s is %+v (%v)", c.person, p, err)
			}
		})
	}
	if p, err := e.Store.PersonByName(t.Context(), "taken"); err != nil || p.Subject != "" || p.ID != taken.ID {
		t.Errorf("taken is %+v (%v)", p, err)
	}
}

func TestSomebodyDisabledCannotSignInElsewhere(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	v := e.Nobody(t)
	wantIn(t, v, e.signIn(t, v, ""), "/")
	if _, err := e.Service.DisablePerson(t.Context(), sitetest.Machine(), "nina", true); err != nil {
		t.Fatal(err)
	}
	v = e.Nobody(t)
	wantOut(t, v, e.signIn(t, v, ""), http.StatusUnauthorized, "You cannot sign in here. Ask an administrator.")
}

// Attempts live ten minutes in the browser; a token that comes back later than it is good for is refused as well.
func TestASignInElsewhereTakesALimitedTime(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	stopped := time.Now()
	e.issuer.set(func(i *testIssuer) { i.now = func() time.Time { return stopped } })
	v := e.Nobody(t)
	path := e.back(t, v, "")
	e.Clock.Pass(6 * time.Minute) // the issuer's tokens are good for five
	wantOut(t, v, e.returns(t, v, path), http.StatusUnauthorized, "its answer could not be verified")
}
