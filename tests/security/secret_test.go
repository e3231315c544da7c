package security_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"verso/faas"
	"verso/handlers"
	"verso/handlers/sitetest"
	"verso/service"
)

var masks = regexp.MustCompile(`•+`)

// The value of a variable is on no page, in no part of one, in no export and in no answer to a form, whoever asks. What
// stands for it says nothing of it, not even how long it is.
func TestS45ValuesAreOnNoPage(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		failed := goodVersion()
		failed.Set("description", "made twice")
		failed["env_value"] = []string{canary, "cnry"}
		a := w.developer.Do(t, multipartForm(t, w.developer, w.alpha.versions(), withTimeout(failed, "0"), "a.zip", goodZip()))
		status(t, a, http.StatusUnprocessableEntity)
		pages := map[string]string{"the form that came back": a.Text}
		for who, v := range map[string]*sitetest.Visitor{"viewer": w.viewer, "developer": w.developer, "administrator": w.admin} {
			for _, route := range s.Routes {
				if route.Method != http.MethodGet {
					continue
				}
				path := w.fill(t, route.Path, v)
				for _, query := range []string{"", "?format=csv", "?format=json", "?from=1", "?source=copy&copy=1&copy_function=" + w.alpha.function, "?retry=" + w.alpha.operation, "?q=canary", "?q=" + canary} {
					pages[who+" GET "+path+query] = w.without(v.Get(t, path+query), query)
					pages[who+" part of "+path+query] = w.without(v.Fragment(t, path+query), query)
				}
			}
		}
		for page, text := range pages {
			for _, form := range append(written(canary), written("cnry")...) {
				if strings.Contains(text, form) {
					t.Errorf("%s holds %s", page, form)
				}
			}
		}
		version := pages["viewer GET "+w.alpha.versions()+"/1"]
		shown := masks.FindAllString(version, -1)
		if !strings.Contains(version, "REGION") || len(shown) != 2 || shown[0] != faas.Masked() || shown[1] != faas.Masked() {
			t.Errorf("two values of different lengths are shown as %q", shown)
		}
		w.noTrace(t, canary)
	})
}

func withTimeout(form url.Values, timeout string) url.Values {
	form.Set("timeout", timeout)
	return form
}

// without takes what the asker said themselves out of an answer.
func (w *world) without(a sitetest.Answer, query string) string {
	text := a.Text
	if _, said, found := strings.Cut(query, "q="); found {
		text = strings.ReplaceAll(text, `"`+said+`"`, "")
		text = regexp.MustCompile(`q=`+said+`\b`).ReplaceAllString(text, "")
		text = strings.ReplaceAll(text, url.QueryEscape(query), "")
	}
	return text
}

// A search does not find a value either: that would tell it word by word.
func TestS45ASearchDoesNotLookIntoValues(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		for _, path := range []string{w.alpha.versions(), w.alpha.functions()} {
			if a := w.developer.Get(t, path+"?q=canary-"); strings.Contains(a.Text, "data-row") {
				t.Errorf("%s finds the value", path)
			}
		}
		if a := w.developer.Get(t, w.alpha.versions()+"?q=first"); !strings.Contains(a.Text, "data-row") {
			t.Error("a search finds nothing at all")
		}
	})
}

// A value is shown to a developer who gives their own password, in that one answer, and the record says so.
func TestS45RevealNeedsTheRightAndThePassword(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		reveal := w.alpha.versions() + "/1/environment/REGION/reveal"
		right := url.Values{"password": {string(sitetest.Password)}}
		lines := func() int { return len(texts(t, open(t, s), `SELECT id FROM audit WHERE kind = 'reveal'`)) }

		status(t, w.viewer.Get(t, reveal), http.StatusForbidden)
		status(t, w.viewer.Post(t, reveal, right), http.StatusForbidden)
		status(t, w.stranger.Post(t, reveal, right), http.StatusNotFound)
		status(t, w.developer.WithToken(t, "alpha", service.TokenInput{}).Post(t, reveal, right), http.StatusForbidden)
		if a := w.Nobody(t).Post(t, reveal, right); !signedOut(a) {
			t.Errorf("nobody: %d", a.StatusCode)
		}
		w.developer.Address = lair
		for _, password := range []string{"", wrong, strings.Repeat("x", 2000), "owner's " + string(sitetest.Password)} {
			a := w.developer.Post(t, reveal, url.Values{"password": {password}})
			if status(t, a, http.StatusUnprocessableEntity); strings.Contains(a.Text, canary) {
				t.Error("a wrong password shows the value")
			}
		}
		if lines() != 0 {
			t.Error("the record says that somebody saw the value")
		}
		if a := w.developer.Get(t, reveal); strings.Contains(a.Text, canary) || !strings.Contains(a.Text, `type="password"`) {
			t.Error("the form does not ask for the password, or shows the value already")
		}

		a := w.developer.Post(t, reveal, right)
		status(t, a, http.StatusOK)
		if !strings.Contains(a.Text, canary) || strings.Contains(a.Text, ">cnry<") || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the right password: Cache-Control %q\n%s", a.Header.Get("Cache-Control"), mainOf(a))
		}
		if lines() != 1 {
			t.Errorf("%d lines tell of it", lines())
		}
		if a := w.developer.Get(t, reveal); strings.Contains(a.Text, canary) {
			t.Error("the next look shows the value without the password")
		}
		for _, name := range []string{"NOSUCH", "region", "REGION%20", "%00"} {
			if a := w.developer.Post(t, strings.Replace(reveal, "REGION", name, 1), right); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", name, a.StatusCode)
			}
		}
		w.noTrace(t, canary)
	})
}

// Guessing the password through the page that reveals is limited as signing in is.
func TestS45GuessingThePasswordAtRevealIsLimited(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		w.developer.Address = lair
		reveal := w.alpha.versions() + "/1/environment/REGION/reveal"
		for range 10 {
			status(t, w.developer.Post(t, reveal, url.Values{"password": {wrong}}), http.StatusUnprocessableEntity)
		}
		a := w.developer.Post(t, reveal, url.Values{"password": {string(sitetest.Password)}})
		if mustWait(t, a); strings.Contains(a.Text, canary) {
			t.Error("the eleventh shows the value")
		}
	})
}

// A form that comes back carries what was typed sealed; only the same person can send that on, for the same function.
func TestS45ADraftIsNobodyElses(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		status(t, w.developer.Post(t, w.alpha.functions(), url.Values{"name": {"second"}}), http.StatusSeeOther)
		a := w.developer.Do(t, multipartForm(t, w.developer, w.alpha.versions(), withTimeout(goodVersion(), "0"), "a.zip", goodZip()))
		drafts := draft.FindAllString(a.Text, -1)
		if len(drafts) != 2 || strings.Contains(a.Text, canary) {
			t.Fatalf("the form comes back with the drafts %q", drafts)
		}
		form := goodVersion()
		form["env_value"], form["env_draft"] = []string{"", ""}, drafts
		stored := strings.Split(texts(t, open(t, s), `SELECT environment FROM versions WHERE project_id = '`+w.beta.id+`'`)[0], `"`)
		foreign := goodVersion()
		foreign["env_value"], foreign["env_draft"] = []string{"", ""}, []string{stored[3], stored[7]}
		for name, try := range map[string]struct {
			v    *sitetest.Visitor
			at   string
			form url.Values
		}{
			"another person":                   {w.lead, w.alpha.versions(), form},
			"another function":                 {w.developer, w.alpha.functions() + "/second/versions", form},
			"another project":                  {w.stranger, w.beta.versions(), form},
			"what stands in a stored version":  {w.stranger, w.beta.versions(), foreign},
			"what stands in another's version": {w.developer, w.alpha.versions(), foreign},
		} {
			a := try.v.Do(t, multipartForm(t, try.v, try.at, try.form, "a.zip", goodZip()))
			if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Text, "can no longer be read") {
				t.Errorf("%s: %d\n%s", name, a.StatusCode, mainOf(a))
			}
		}
		finished(t, w.developer, upload(t, w.developer, w.alpha.versions(), form, goodZip()))
		a = w.developer.Post(t, w.alpha.versions()+"/2/environment/REGION/reveal", url.Values{"password": {string(sitetest.Password)}})
		if !strings.Contains(a.Text, canary) {
			t.Errorf("their own draft was lost: %d\n%s", a.StatusCode, mainOf(a))
		}
		w.noTrace(t, canary)
	})
}

// Whoever writes into the database cannot move a value to where they may look at it.
func TestS44AMovedValueDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		environment := func(project string) string {
			return texts(t, conn, `SELECT environment FROM versions WHERE project_id = '`+project+`'`)[0]
		}
		set := func(project, text string) {
			if _, err := conn.ExecContext(t.Context(), `UPDATE versions SET environment = '`+text+`' WHERE project_id = '`+project+`'`); err != nil {
				t.Fatal(err)
			}
		}
		alpha, beta := environment(w.alpha.id), environment(w.beta.id)
		values := draft.FindAllString(alpha, -1)
		if len(values) != 2 || slices.Contains(values, draft.FindString(beta)) {
			t.Fatalf("stored is %s and %s", alpha, beta)
		}
		right := url.Values{"password": {string(sitetest.Password)}}
		swapped := strings.NewReplacer(values[0], values[1], values[1], values[0]).Replace(alpha)
		for name, text := range map[string]string{"swapped": swapped, "from another project": beta, "cut": strings.Replace(alpha, values[0], values[0][:60], 1), "another key": strings.Replace(alpha, values[0], "s1.00000000"+values[0][11:], 1)} {
			set(w.alpha.id, text)
			a := w.owner.Post(t, w.alpha.versions()+"/1/environment/REGION/reveal", right)
			if a.StatusCode < 500 || anyOf(a.Text, canary, ">cnry<", "s1.") != "" {
				t.Errorf("%s: %d\n%s", name, a.StatusCode, mainOf(a))
			}
		}
		set(w.alpha.id, alpha)
		if a := w.owner.Post(t, w.alpha.versions()+"/1/environment/REGION/reveal", right); !strings.Contains(a.Text, canary) {
			t.Errorf("put back: %d", a.StatusCode)
		}
	})
}

// Two equal values are sealed differently each time, and the folder of the packages holds none.
func TestS44EqualValuesDoNotLookAlike(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		form := goodVersion()
		form["env_value"] = []string{canary, canary}
		finished(t, w.developer, upload(t, w.developer, w.alpha.versions(), form, goodZip()))
		all := draft.FindAllString(strings.Join(texts(t, open(t, s), `SELECT environment FROM versions`), "\n"), -1)
		if slices.Sort(all); len(all) != 6 || len(slices.Compact(all)) != 6 {
			t.Errorf("sealed are %q", all)
		}
		w.noTrace(t, canary)
	})
}

// Whatever goes wrong, and whoever's fault it is: secrets that came with the request stand in no log, no line of the
// record, no row and no answer.
func TestS47SecretsAreInNoLogAndNoErrorPage(t *testing.T) {
	o := sitetest.Options{Change: func(c *handlers.Config) { behindProxy(c); panicking(c) }}
	eachOf(t, o, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		const guess, basic = "canary-password-0a1b2c3d4e", "canary-basic-5f6a7b8c9d"
		token := w.developer.WithToken(t, "alpha", service.TokenInput{})
		_, secret, _ := faas.ParseToken(string(token.Token))
		lost := string(faas.TokenText("abcdefghij234567", strings.Repeat("Z", 43)))
		var answers []sitetest.Answer
		keep := func(a sitetest.Answer) { answers = append(answers, a) }

		refusedWrong(t, w.Nobody(t).SignIn(t, "dina", guess))
		keep(w.Nobody(t).SignIn(t, "dina", guess))
		for range 11 { // the password in the field of the name, again and again
			keep(at(t, s, lair).SignIn(t, guess, guess))
		}
		keep(w.Nobody(t).SignIn(t, "dina", guess+strings.Repeat("x", 70<<10)))
		keep(w.developer.Post(t, "/settings/account", url.Values{"old": {guess}, "password": {guess + " long"}}))
		keep(w.admin.Post(t, "/settings/people", url.Values{"name": {"NO NAME!"}, "password": {guess}}))
		keep(w.admin.Post(t, "/settings/people/vera/password", url.Values{"password": {guess[:8]}}))
		keep(w.Nobody(t).Post(t, "/setup", url.Values{"key": {guess}, "name": {"x"}, "password": {guess}}))
		keep(w.Nobody(t).Get(t, "/setup?key="+guess))

		for _, header := range []http.Header{
			{"Authorization": {"Bearer " + lost}},
			{"X-Auth-Token": {lost}},
			{"Authorization": {"Basic " + basic}},
			{"Authorization": {"Bearer " + string(token.Token)}},
			{"Cookie": {"verso=" + guess}, "Sec-Fetch-Site": {"same-origin"}},
			{"Authorization": {"Bearer " + metricsToken}},
		} {
			for _, path := range []string{"/metrics", "/readyz", w.alpha.functions(), "/projects/none", "/nowhere", w.alpha.functions() + "?access_token=" + lost} {
				for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPatch} {
					r := w.Nobody(t).Request(t, method, path, nil)
					for name, list := range header {
						r.Header[name] = list
					}
					keep(w.Nobody(t).Do(t, r))
				}
			}
		}
		keep(w.breaksReveal(t))
		keep(w.losesBytes(t))
		form := goodVersion()
		form["env_key"] = []string{"1BAD", "SHORT"}
		keep(w.developer.Do(t, multipartForm(t, w.developer, w.alpha.versions(), form, "a.zip", goodZip()[:40])))

		seen := map[int]bool{}
		cookie := w.developer.Cookie(t)
		for _, a := range answers {
			seen[a.StatusCode] = true
			if found := anyOf(a.Text, append([]string{secret, basic, cookie, canary, metricsToken}, strings.Repeat("Z", 43))...); found != "" {
				t.Errorf("%s %s (%d) shows %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, found)
			}
			if a.Request.URL.Path != "/setup" && strings.Contains(strings.ReplaceAll(a.Text, `value="`+guess+`"`, ""), guess) { // the name as it was typed
				t.Errorf("%s %s (%d) shows the password", a.Request.Method, a.Request.URL.Path, a.StatusCode)
			}
		}
		for _, code := range []int{401, 404, 405, 422, 500} {
			if !seen[code] {
				t.Errorf("nothing was answered with %d", code)
			}
		}
		if !strings.Contains(s.Log.String(), `"msg":"panic"`) || !strings.Contains(s.Log.String(), `"msg":"request failed"`) {
			t.Error("neither a panic nor a fault was provoked")
		}
		w.noTrace(t, guess, basic, secret, metricsToken, cookie, canary, strings.Repeat("Z", 43), string(sitetest.Password))
	})
}

// breaksReveal alters a stored value, so that showing it is a fault of ours.
func (w *world) breaksReveal(t *testing.T) sitetest.Answer {
	t.Helper()
	if _, err := open(t, w.Site).ExecContext(t.Context(), `UPDATE versions SET environment = replace(environment, 's1.', 's1.00')`); err != nil {
		t.Fatal(err)
	}
	a := w.developer.Post(t, w.alpha.versions()+"/1/environment/REGION/reveal", url.Values{"password": {string(sitetest.Password)}})
	status(t, a, http.StatusInternalServerError)
	return a
}

// losesBytes removes every package, so that a download is a fault of ours.
func (w *world) losesBytes(t *testing.T) sitetest.Answer {
	t.Helper()
	emptyFolder(t, w.Blobs)
	begun := time.Now()
	a := w.developer.Get(t, w.alpha.versions()+"/1/package")
	if a.StatusCode < 400 || time.Since(begun) > 5*time.Second {
		t.Errorf("a lost package: %d after %s", a.StatusCode, time.Since(begun))
	}
	return a
}
