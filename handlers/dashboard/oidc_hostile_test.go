package dashboard_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"verso/faas"
	"verso/handlers"
	"verso/handlers/dashboard"
	"verso/handlers/sitetest"
)

func TestTokensThatAreRefused(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	claim := func(name string, value any) func(*testIssuer) {
		return func(i *testIssuer) { i.change = func(c map[string]any) { c[name] = value } }
	}
	cases := map[string]func(*testIssuer){
		"for another program":             claim("aud", "another"),
		"for several, made for no one":    claim("aud", []string{clientID, "another"}),
		"for nobody":                      claim("aud", nil),
		"made for another program":        claim("azp", "another"),
		"with another nonce":              claim("nonce", strings.Repeat("n", 43)),
		"without a nonce":                 claim("nonce", ""),
		"expired":                         claim("exp", time.Now().Add(-time.Second).Unix()),
		"without an end":                  claim("exp", nil),
		"not yet good":                    claim("nbf", time.Now().Add(time.Hour).Unix()),
		"of another issuer":               claim("iss", "https://evil.example"),
		"about nobody":                    claim("sub", ""),
		"for another access token":        claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"),
		"signed by somebody else":         func(i *testIssuer) { i.sign = signedBy(other) },
		"not signed":                      func(i *testIssuer) { i.sign = unsigned },
		"signed with the client's secret": func(i *testIssuer) { i.sign = signedWithSecret },
		"altered": func(i *testIssuer) {
			i.sign = func(head, body string) string {
				text := signedBy(i.key)(head, body)
				return strings.Replace(text, body, encoded(map[string]any{"sub": "root"}), 1)
			}
		},
		"no token at all": func(i *testIssuer) { i.sign = func(string, string) string { return "no.such.token" } },
		"left out":        func(i *testIssuer) { i.answer = func(a map[string]any) { delete(a, "id_token") } },
	}
	e := newElsewhere(t, sitetest.Options{})
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			e.issuer.set(change)
			defer e.issuer.set(func(i *testIssuer) { i.change, i.sign, i.answer = nil, nil, nil })
			v := e.Nobody(t)
			wantOut(t, v, e.signIn(t, v, ""), http.StatusUnauthorized, "Signing in with Acme did not work: its answer could not be verified. Try again or use a password.")
		})
	}
	// They differ from one that is good in nothing but what their name says.
	e.issuer.set(func(i *testIssuer) {
		i.change = func(c map[string]any) { c["aud"], c["azp"] = []string{"another", clientID}, clientID }
	})
	v := e.Nobody(t)
	wantIn(t, v, e.signIn(t, v, ""), "/")
	if people := e.people(t); people != "nina root" {
		t.Errorf("there are %s", people)
	}
}

func unsigned(_, body string) string {
	return encoded(map[string]any{"alg": "none", "kid": "one"}) + "." + body + "."
}

// signedWithSecret is how a token looks that trusts a secret which is not the issuer's alone.
func signedWithSecret(_, body string) string {
	text := encoded(map[string]any{"alg": "HS256", "kid": "one"}) + "." + body
	sum := hmac.New(sha256.New, []byte(clientSecret))
	_, _ = sum.Write([]byte(text)) // a hash takes everything
	return text + "." + base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
}

func (e *elsewhere) people(t *testing.T) string {
	t.Helper()
	list, err := e.Service.People(t.Context(), sitetest.Machine(), faas.PersonFilter{Page: faas.Page{Size: 100}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range list.Items {
		names = append(names, p.Name)
	}
	return strings.Join(names, " ")
}

func TestTheIssuerMayBeAway(t *testing.T) {
	const sentence = "Signing in with Acme did not work: it does not answer now. Try again or use a password."
	e := newElsewhere(t, sitetest.Options{})
	away := func(is bool) { e.issuer.set(func(i *testIssuer) { i.away = is }) }
	v := e.Nobody(t)
	away(true)
	a, to := e.start(t, v, "/projects")
	wantOut(t, v, a, http.StatusServiceUnavailable, sentence)
	if to != "" || a.Header.Get("Retry-After") == "" || cookieOf(a, "verso-oidc") != nil {
		t.Errorf("it leads to %q, with the headers %v", to, a.Header)
	}
	if !strings.Contains(a.Text, `value="/projects"`) || !strings.Contains(a.Text, "Sign in with Acme") {
		t.Errorf("the page has no other way\n%s", a.Text)
	}
	e.AddPerson(t, "olga", false)
	other := e.Nobody(t)
	if in := other.SignIn(t, "olga", string(sitetest.Password)); in.StatusCode != http.StatusSeeOther {
		t.Errorf("with a password it answers %d", in.StatusCode)
	}
	away(false)
	path := e.back(t, v, "/projects")
	away(true)
	wantOut(t, v, e.returns(t, v, path), http.StatusServiceUnavailable, sentence)
	away(false)
	wantIn(t, v, e.signIn(t, v, "/projects"), "/projects")
	if n := e.issuer.asked["/.well-known/openid-configuration"]; n != 2 {
		t.Errorf("the issuer was asked for its description %d times, want 2: until it answered", n)
	}
}

func TestIssuersThatAreNotFollowed(t *testing.T) {
	leads := func(to string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}
	}
	says := func(name string, value any) func(*testIssuer) {
		return func(i *testIssuer) { i.about = func(m map[string]any) { m[name] = value } }
	}
	const description = "/.well-known/openid-configuration"
	cases := map[string]func(*testIssuer){
		"calls itself otherwise":         says("issuer", "https://evil.example"),
		"leads people to another scheme": says("authorization_endpoint", "ftp://evil.example"),
		"leads the secret elsewhere":     says("token_endpoint", "https://x"),
		"has its keys nowhere":           says("jwks_uri", ""),
		"asks about people elsewhere":    says("userinfo_endpoint", "file:///etc"),
		"does not come to an end":        says("padding", strings.Repeat("x", 1<<20)),
		"describes nothing":              func(i *testIssuer) { i.onPath[description] = http.NotFound },
		"leads on to another scheme": func(i *testIssuer) {
			i.onPath[description] = leads("https://" + i.Listener.Addr().String() + description)
		},
		"leads on for ever": func(i *testIssuer) { i.onPath[description] = leads(description) },
	}
	e := newElsewhere(t, sitetest.Options{})
	v := e.Nobody(t)
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			e.issuer.set(change)
			defer e.issuer.set(func(i *testIssuer) {
				i.about = nil
				clear(i.onPath)
			})
			a, _ := e.start(t, v, "")
			wantOut(t, v, a, http.StatusServiceUnavailable, "it does not answer now")
		})
	}
	if text := e.Log.String(); strings.Count(text, "leads on in a way that we do not follow") != 2 {
		t.Errorf("the log does not say twice that we do not follow\n%s", text)
	}
	// They differ from one that is followed in nothing else.
	e.issuer.set(func(i *testIssuer) {
		i.onPath["/description"], i.onPath[description] = i.description, leads("/description")
	})
	wantIn(t, v, e.signIn(t, v, ""), "/")
}

func TestAnIssuerMustBeWhoItClaimsToBe(t *testing.T) {
	asked := false
	secure := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer secure.Close()
	s := sitetest.New(t, sitetest.Options{Idle: true, Change: func(h *handlers.Config) {
		h.OIDC = dashboard.NewOIDC(dashboard.OIDCConfig{
			Issuer: secure.URL, ClientID: clientID, Secret: clientSecret, Name: "Acme", GroupsClaim: "groups", BaseURL: h.BaseURL, Now: h.Now,
		})
	}})
	v := s.Nobody(t)
	wantOut(t, v, v.Post(t, "/login/oidc", nil), http.StatusServiceUnavailable, "it does not answer now")
	if asked || !strings.Contains(s.Log.String(), "certificate") {
		t.Errorf("it was asked (%v) though nobody vouches for it\n%s", asked, s.Log)
	}
}

// A form that is sent on would take code, verifier and secret along.
func TestTheSecretIsNotSentOn(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	thief := newTestIssuer(t)
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		e.issuer.set(func(i *testIssuer) {
			i.onPath["/token"] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", thief.URL+"/token")
				w.WriteHeader(status)
			}
		})
		v := e.Nobody(t)
		wantOut(t, v, e.signIn(t, v, ""), http.StatusServiceUnavailable, "it does not answer now")
	}
	if thief.asked["/token"] != 0 {
		t.Error("somebody else was sent the secret")
	}
}

func TestS47NoSecretOfASignInInLogsAndPages(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	var seen strings.Builder
	keep := func(v *sitetest.Visitor, path string) {
		a := e.returns(t, v, path)
		seen.WriteString(a.Text + a.Header.Get("Location"))
	}
	changes := []func(*testIssuer){
		func(*testIssuer) {},
		func(i *testIssuer) { i.onPath["/token"] = echo },
		func(i *testIssuer) { i.onPath["/token"] = echoAsFault },
		func(i *testIssuer) { i.change = func(c map[string]any) { c["aud"] = "another" } },
		func(i *testIssuer) { i.claims = map[string]any{"sub": "x"} },
	}
	for _, change := range changes {
		e.issuer.set(func(i *testIssuer) {
			clear(i.onPath)
			change(i)
		})
		v := e.Nobody(t)
		a, to := e.start(t, v, "")
		parts := strings.Split(cookieOf(a, "verso-oidc").Value, ".")
		e.issuer.issued = append(e.issuer.issued, parts[2]) // the verifier
		path := e.visit(t, to)
		keep(v, path)
		keep(v, path)
		seen.WriteString(e.returnsWith(t, v, cookieOf(a, "verso-oidc").Value, path).Text)
	}
	text := e.Log.String()
	if !strings.Contains(text, "a sign-in elsewhere did not work") || !strings.Contains(text, "expected audience") {
		t.Errorf("the log does not say why\n%s", text)
	}
	for _, secret := range append(e.issuer.issued, clientSecret, url.QueryEscape(clientSecret)) {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q\n%s", secret, text)
		}
		if strings.Contains(seen.String(), secret) {
			t.Errorf("a page holds %q", secret)
		}
	}
	if len(e.issuer.issued) < 10 {
		t.Errorf("only %d secrets were looked for", len(e.issuer.issued))
	}
}

// echo repeats what it was sent, as a careless server does.
func echo(w http.ResponseWriter, r *http.Request) {
	send(w, http.StatusBadRequest, map[string]any{"error": "oops", "error_description": whatWasSent(r)})
}

func echoAsFault(w http.ResponseWriter, r *http.Request) {
	send(w, http.StatusInternalServerError, map[string]any{"trace": whatWasSent(r)})
}

func whatWasSent(r *http.Request) string {
	_ = r.ParseForm() // whatever can be read is repeated
	_, secret, _ := r.BasicAuth()
	return r.Form.Encode() + " " + secret + " " + clientSecret
}

func TestWhatTheTokenLacksIsAskedFor(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	e.issuer.set(func(i *testIssuer) {
		i.claims = map[string]any{"sub": "subject-of-nina"}
		i.info = map[string]any{"sub": "subject-of-nina", "preferred_username": "nina", "groups": []string{"dev"}}
	})
	v := e.Nobody(t)
	wantIn(t, v, e.signIn(t, v, ""), "/")
	if e.issuer.asked["/userinfo"] != 1 {
		t.Errorf("it was asked %d times", e.issuer.asked["/userinfo"])
	}
	for name, change := range map[string]func(*testIssuer){
		"about somebody else": func(i *testIssuer) { i.info["sub"] = "root" },
		"not answering":       func(i *testIssuer) { i.onPath["/userinfo"] = http.NotFound },
	} {
		t.Run(name, func(t *testing.T) {
			e.issuer.set(change)
			defer e.issuer.set(func(i *testIssuer) {
				i.info["sub"] = "subject-of-nina"
				clear(i.onPath)
			})
			v := e.Nobody(t)
			wantOut(t, v, e.signIn(t, v, ""), http.StatusServiceUnavailable, "it does not answer now")
		})
	}
	e.issuer.set(func(i *testIssuer) { i.claims = map[string]any{"sub": "subject-of-otto", "preferred_username": "otto"} })
	e.issuer.set(func(i *testIssuer) { i.info["sub"] = "subject-of-otto" })
	wantIn(t, v, e.signIn(t, v, ""), "/")
	if people := e.people(t); people != "nina otto root" {
		t.Errorf("there are %s: the signed token has the last word", people)
	}
}

func TestWhoseTokenSaysEverythingIsNotAskedAbout(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	e.issuer.set(func(i *testIssuer) {
		i.claims["groups"], i.info = []string{}, map[string]any{"sub": "subject-of-nina"}
	})
	v := e.Nobody(t)
	wantIn(t, v, e.signIn(t, v, ""), "/")
	if n := e.issuer.asked["/userinfo"]; n != 0 {
		t.Errorf("it was asked %d times", n)
	}
}

// They must not look like none: somebody would lose their roles.
func TestMoreGroupsThanFitIntoAToken(t *testing.T) {
	e := newElsewhere(t, sitetest.Options{})
	e.issuer.set(func(i *testIssuer) {
		i.claims["_claim_names"] = map[string]string{"groups": "src1"}
		i.claims["_claim_sources"] = map[string]any{"src1": map[string]string{"endpoint": "https://graph.example.com"}}
	})
	v := e.Nobody(t)
	wantOut(t, v, e.signIn(t, v, ""), http.StatusUnauthorized, "you are in more groups than it tells us")
}

func TestWhatTheIssuerWantsToBeAsked(t *testing.T) {
	issuer := newTestIssuer(t)
	issuer.set(func(i *testIssuer) {
		i.about = func(m map[string]any) {
			m["scopes_supported"] = []string{"openid", "groups", "offline_access"}
			m["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
		}
		i.onPath["/token"] = func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" || r.FormValue("client_id") != clientID || r.FormValue("client_secret") != clientSecret {
				send(w, http.StatusBadRequest, map[string]any{"error": "invalid_client"})
				return
			}
			r.SetBasicAuth(clientID, url.QueryEscape(clientSecret))
			i.token(w, r)
		}
	})
	e := newElsewhereOf(t, issuer, sitetest.Options{})
	v := e.Nobody(t)
	if _, to := e.start(t, v, ""); !strings.Contains(to, "scope=openid+profile+email+groups&") {
		t.Errorf("it leads to %q", to)
	}
	wantIn(t, v, e.signIn(t, v, ""), "/")
	if n := issuer.asked["/token"]; n != 1 {
		t.Errorf("the code was sent %d times", n)
	}
}
