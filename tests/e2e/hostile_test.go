package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"verso/blob/blobtest"
	"verso/tests/program"
)

// The corpus must be what it says: many of its texts run in a careless page, in one of five places.
func TestS30HostileTextsRunWhereNobodyEscapes(t *testing.T) {
	const least = 25
	list := hostileTexts()
	if len(list) < 60 {
		t.Fatalf("there are %d texts; 60 are the least", len(list))
	}
	for i, text := range list {
		if n := utf8.RuneCountInString(text); n > 100 || slices.Contains(list[:i], text) {
			t.Errorf("%q has %d characters, or comes twice", text, n)
		}
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html><title>Careless</title>")
	}))
	t.Cleanup(site.Close)
	p := openPage(t, Look{})
	p.Open(site.URL)
	// Each text gets a frame for each place, so that none can spoil another's.
	p.Eval(`window.ran = new Set();
		const places = ['<p>§</p>', '<input value="§">', "<input value='§'>", '<textarea>§</textarea>', "<script>const x = '§'<" + "/script>"];
		for (const text of ` + jsonOf(list) + `) for (const place of places) {
			const frame = document.createElement('iframe');
			frame.srcdoc = '<script>window.alert = window.confirm = () => { window.canary = 1; }<' + '/script>' + place.replace('§', () => text);
			document.body.append(frame);
			const look = setInterval(() => {
				try { if (frame.contentWindow.canary !== 1) return; } catch { /* it has gone elsewhere */ }
				window.ran.add(text);
				clearInterval(look);
				frame.remove();
			}, 50);
		}`)
	p.WaitUntil("the texts run", fmt.Sprintf(`window.ran.size >= %d`, least))
}

// Texts that became code elsewhere stay texts in every field that anybody can fill, in every page that shows them. On
// PostgreSQL all of it is done without the policy, so that it is not the policy alone that helps; on SQLite, under it,
// what is stored must not so much as make the browser report something.
func TestS30HostileTexts(t *testing.T) {
	store := blobtest.S3(t)
	store.MakeBucket("releases")
	EachEngine(t, func(t *testing.T, database string) {
		o := withBucket(store)
		o.Database = database
		s := Start(t, o)
		h := &hostility{s: s, t: t, store: store, site: relay(t, s.URL, database == "")}
		h.p = openPage(t, Look{})
		h.p.Expect(http.StatusUnprocessableEntity, http.StatusNotFound, http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict)
		h.p.SignIn(s, program.Owner)
		h.plantVersions()
		h.plantTokens()
		h.plantSessions()
		if database != "" {
			h.plantObjects()
			h.echoForms()
			h.echoAddresses()
		}
		h.lookEverywhere()
		for _, line := range h.p.Noise() {
			if !strings.Contains(line, "The specified value ") { // a date or number that is none: the browser drops it
				t.Errorf("the browser reports: %s", line)
			}
		}
	})
}

// hostility is one server whose every field is being filled.
type hostility struct {
	t     *testing.T
	s     *Server
	p     *Page
	store *blobtest.Server
	site  string // where the browser looks
}

// listed is how many characters of a description lists show.
const listed = 120

// plantVersions fills what a function, a version and a package hold.
func (h *hostility) plantVersions() {
	h.t.Helper()
	texts := hostileTexts()
	for i, group := range groupsOf(texts, "\n", 600) {
		name := fmt.Sprintf("evil-%d", i)
		h.s.createFunction(h.t, url.Values{"name": {name}, "description": {group}})
		h.open("/projects/default/functions/" + name)
		h.holds("the function's description", group)
	}
	h.s.createFunction(h.t, url.Values{"name": {"evil"}})
	all, groups := strings.Join(texts, "\n"), groupsOf(texts, " ", listed)
	for i, text := range groups {
		h.s.upload(h.t, "evil", text+".zip", packed(h.t, 0, "index.js", fileNamed(text)),
			[2]string{"description", text}, [2]string{"env_key", "EVIL"}, [2]string{"env_value", all})
		if i%10 == 9 || i == len(groups)-1 {
			h.settle(i + 1)
		}
	}
	h.open("/projects/default/functions/evil/versions?order=oldest")
	h.holds("the list of versions", groups...)
	left := slices.Clone(groups) // which number became which is the workers' choice
	for i := range groups {
		h.open(fmt.Sprintf("/projects/default/functions/evil/versions/%d", i+1))
		description := Eval[string](h.p, `document.querySelector('main .lead').textContent`)
		at := slices.Index(left, description)
		if at < 0 {
			h.t.Errorf("version %d has the description %q, which is none that was sent", i+1, description)
			continue
		}
		h.holds("the version", left[at], fileNamed(left[at]), kept(left[at]+".zip"))
		left = slices.Delete(left, at, at+1)
	}
	h.p.reveal(h.s, "evil", "1", "EVIL")
	h.p.WaitFor("main pre")
	h.holds("the revealed value", all)
}

// settle waits until evil has so many versions; more work than a few seconds' is never waiting.
func (h *hostility) settle(number int) {
	h.t.Helper()
	h.p.Until("the versions are made", func() bool {
		return h.p.request(http.MethodGet, fmt.Sprintf("%s/versions/%d", h.s.function("evil"), number)).StatusCode == http.StatusOK
	})
}

// fileNamed is a name of a file that differs from a text only where no package may have it.
func fileNamed(text string) string {
	return "f" + strings.Map(func(r rune) rune {
		if strings.ContainsRune("/\\:;", r) || !unicode.IsPrint(r) {
			return '·'
		}
		return r
	}, text) + "f"
}

// kept is what a version keeps of the name of a file that was uploaded.
func kept(fileName string) string {
	return strings.TrimSpace(printable([]string{fileName[strings.LastIndexAny(fileName, `/\`)+1:]})[0])
}

// plantTokens names tokens. Every tenth is made in the browser, which is shown it.
func (h *hostility) plantTokens() {
	h.t.Helper()
	names := groupsOf(hostileTexts(), " ", 100)
	names = names[:min(len(names), 50)] // of which the list's first page is full
	for i, name := range names {
		values := url.Values{"name": {name}, "role": {"viewer"}, "expires": {"1d"}}
		if i%10 > 0 {
			h.p.send(h.s.URL+"/projects/default/settings/tokens", values)
			continue
		}
		h.sent("/projects/default/settings/tokens", values)
		h.holds("the page of what was made", name)
	}
	h.open("/projects/default/settings/tokens")
	h.holds("the list of tokens", names...)
	h.open("/projects/default/activity?kind=access")
	h.holds("the record", names[len(names)-1])
}

// plantSessions signs in with browsers of evil names.
func (h *hostility) plantSessions() {
	h.t.Helper()
	var agents []string
	for _, agent := range groupsOf(printable(hostileTexts()), " ", 150) {
		r, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.s.URL+"/login", strings.NewReader(url.Values{"name": {program.Owner}, "password": {program.Password}}.Encode()))
		if err != nil {
			h.t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("User-Agent", agent)
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			h.t.Fatal(err)
		}
		_ = answer.Body.Close() // only the session counts
		agents = append(agents, agent)
	}
	h.open("/settings/sessions")
	h.holds("the list of sessions", agents...)
	h.open("/settings/people/" + program.Owner)
	h.holds("the page of a person", agents...)
}

// plantObjects makes versions of objects with evil names.
func (h *hostility) plantObjects() {
	h.t.Helper()
	groups := groupsOf(printable(hostileTexts()), "|", 200)
	for i, object := range groups {
		object = strings.ReplaceAll(object, "//", "/") + ".zip"
		h.store.PutObject("releases", object, packed(h.t, 0, "index.js"))
		h.open("/projects/default/functions/evil/versions/new?source=bucket")
		h.p.set("#bucket", "releases")
		h.p.set("#object", object)
		h.p.Click("[formaction]")
		h.p.WaitText("#object-report", "Etag")
		h.holds("the report of the object", "releases/"+object)
		if i > 0 {
			continue // what a version says of it is what the report says
		}
		h.p.settings()
		h.p.submit()
		h.p.ends("succeeded")
		h.p.Click("#operation .button.first")
		h.p.WaitFor("#origin")
		h.holds("the version's origin", object)
	}
}

// echoForms sends every form with nothing but evil in it, and wants to get it back as it was.
func (h *hostility) echoForms() {
	h.t.Helper()
	all := strings.Join(printable(hostileTexts()), " ")
	for _, form := range []struct {
		path   string
		fields []string
	}{
		{"/projects/default/functions", []string{"name", "labels"}},
		{"/projects/default/settings/members", []string{"person"}},
		{"/projects/default/settings/tags", []string{"tags"}},
		{"/settings/people", []string{"name"}},
		{"/projects", []string{"name"}},
		{"/projects/default/functions/evil/versions", []string{"entrypoint", "service_account", "network", "subnets", "tags", "description"}},
		{"/projects/default/functions/evil/versions?", []string{"object", "sha256", "env_key"}},
	} {
		values := url.Values{"role": {"viewer"}, "env_value": {"x"}, "source": {"upload"}, "runtime": {all}, "memory": {all}, "timeout": {all}, "bucket": {all}}
		if strings.HasSuffix(form.path, "?") {
			values.Set("source", "bucket")
		}
		for _, field := range form.fields {
			values.Set(field, all)
		}
		h.sent(strings.TrimSuffix(form.path, "?"), values)
		for _, field := range form.fields {
			if got := h.p.Value("[name=" + field + "]"); got != all {
				h.t.Errorf("%s: the field %s came back as %q", form.path, field, got)
			}
		}
		h.p.WaitFor("#problems")
	}
	for _, name := range groupsOf(hostileTexts(), " ", 200) { // wrong names are counted, and soon have to wait
		h.sent("/login", url.Values{"name": {name}, "password": {"x"}, "next": {"/" + name}})
		if got := h.p.Value("#name"); got != name {
			h.t.Errorf("the name at the login came back as %q instead of %q", got, name)
		}
	}
}

// echoAddresses puts evil into what addresses hold: filters, and names of things that are not there.
func (h *hostility) echoAddresses() {
	h.t.Helper()
	all := strings.Join(printable(hostileTexts()), " ")
	for _, list := range []string{"/projects/default/functions", "/projects/default/functions/evil/versions", "/projects/default/operations", "/projects/default/activity", "/settings/activity"} {
		h.open(list)
		fields := Eval[[]string](h.p, `[...document.querySelectorAll('form[data-filter] input:not([type=hidden], [type=date])')].map((e) => e.name)`)
		fields = slices.DeleteFunc(fields, func(field string) bool { return field == "q" }) // which takes 200 characters only
		h.filtered(list, all, fields...)
	}
	for _, text := range groupsOf(hostileTexts(), " ", 200) {
		h.filtered("/projects/default/functions", text, "q")
	}
	h.filtered("/projects/default/functions/evil/versions", hostileTexts()[0], "q")
	places := []string{
		"/nowhere/%s", "/projects/%s/functions", "/projects/default/functions/%s", "/projects/default/functions/evil/versions/%s", "/operations/%s",
		"/settings/people/%s", "/projects/default/functions/evil/versions/1/environment/%s/reveal", "/projects/default/settings/members/%s/remove",
		"/projects/default/functions?after=%s", "/projects/default/activity?from=%s", "/projects/default/activity/export?format=%s", "/setup?key=%s",
		"/projects/default/functions/evil/versions/new?source=%s&find=%[1]s&copy_function=%[1]s&copy=1", "/projects/default/functions/evil/versions/new?source=copy&find=%s",
		"/projects/default/functions/evil/versions/new?retry=%s", "/projects/default/functions/evil/versions/1?folder=%s",
	}
	for i, text := range hostileTexts() {
		place := places[i%len(places)]
		escape := url.PathEscape
		if strings.Contains(place, "?") {
			escape = url.QueryEscape
		}
		h.open(fmt.Sprintf(place, escape(text)))
	}
}

// filtered opens a list with filters, and wants them to be shown.
func (h *hostility) filtered(list, text string, fields ...string) {
	h.t.Helper()
	values := url.Values{}
	for _, field := range fields {
		values.Set(field, text)
	}
	h.open(list + "?" + values.Encode())
	for _, field := range fields {
		if got := h.p.Value("form[data-filter] [name=" + field + "]"); got != text {
			h.t.Errorf("%s: the filter %s shows %q instead of %q", list, field, got, text)
		}
	}
}

// lookEverywhere clicks through all that has become of it.
func (h *hostility) lookEverywhere() {
	h.t.Helper()
	seen := h.p.crawl(h.site+"/", func() { h.p.tryOut(); h.harmless() })
	if len(seen) < 40 {
		h.t.Errorf("only %d pages were found", len(seen))
	}
}

// open opens a page of the site and wants it to be harmless.
func (h *hostility) open(path string) {
	h.t.Helper()
	h.p.Open(h.site + path)
	h.harmless()
}

// sent sends a form from a page of the site, and wants the answer to be harmless.
func (h *hostility) sent(path string, values url.Values) {
	h.t.Helper()
	kind := "application/x-www-form-urlencoded"
	if strings.HasSuffix(path, "/versions") {
		kind = "multipart/form-data"
	}
	h.p.Eval(`window.before = true;
		const form = Object.assign(document.createElement('form'), { method: 'post', action: ` + jsonOf(path) + `, enctype: ` + jsonOf(kind) + ` });
		for (const [name, list] of Object.entries(` + jsonOf(values) + `)) {
			const field = form.appendChild(document.createElement('input'));
			Object.assign(field, { type: 'hidden', name, value: list[0] });
		}
		document.body.append(form);
		HTMLFormElement.prototype.submit.call(form);`)
	h.p.WaitUntil("the answer is there", `!window.before && document.readyState === 'complete'`)
	h.harmless()
}

// harmless wants the page to hold nothing that could run, and nothing to have run.
func (h *hostility) harmless() {
	h.t.Helper()
	found := Eval[[]string](h.p, `[
		...'canary' in window ? ['the canary'] : [],
		...[...document.querySelectorAll('script:not([src^="/static/"]), style, iframe, object, embed, base, svg script, animate, marquee, math, video, audio, body template:not([data-env-template]), [srcdoc], [hx-vals], meta[http-equiv]')].map((e) => e.outerHTML.slice(0, 200)),
		...[...document.querySelectorAll('*')].filter((e) => [...e.attributes].some((a) => /^(on|hx-on)/.test(a.name))).map((e) => e.outerHTML.slice(0, 200)),
		...[...document.querySelectorAll('a, form, link, img')].filter((e) => /^(javascript|data|vbscript):/.test(e.protocol ?? '') || /^\s*(javascript|data):/i.test(e.getAttribute('action') ?? e.getAttribute('href') ?? e.getAttribute('src') ?? '')).map((e) => e.outerHTML.slice(0, 200)),
		...[...document.querySelectorAll('[hx-get], [hx-post]')].filter((e) => !/^\/(?!\/)/.test(e.getAttribute('hx-get') ?? e.getAttribute('hx-post'))).map((e) => e.outerHTML.slice(0, 200)),
	]`)
	if len(found) > 0 {
		h.t.Errorf("%s holds %q", h.p.URL(), found)
	}
}

// holds wants the page to show texts: each is all that some element or field holds, or begins with.
func (h *hostility) holds(what string, texts ...string) {
	h.t.Helper()
	missing := Eval[[]string](h.p, `(() => {
		const plain = (text) => text.replace(/\s+/g, ' ').trim();
		const shown = [...document.querySelectorAll('main *')].flatMap((e) => [plain(e.matches('input, textarea') ? e.value : e.textContent), plain(e.title ?? '')]);
		return `+jsonOf(texts)+`.filter((text) => !shown.some((s) => s === plain(text)));
	})()`)
	if len(missing) > 0 {
		h.t.Errorf("%s, %s, does not show %q", what, h.p.URL(), missing)
	}
}

// groupsOf joins texts as long as a group has at most so many characters.
func groupsOf(texts []string, between string, most int) []string {
	var groups []string
	for _, text := range texts {
		last := len(groups) - 1
		if last >= 0 && utf8.RuneCountInString(groups[last]+between+text) <= most {
			groups[last] += between + text
			continue
		}
		groups = append(groups, text)
	}
	return groups
}

// printable are the texts without characters that nobody sees, which some fields take out.
func printable(texts []string) []string {
	var list []string
	for _, text := range texts {
		list = append(list, strings.Map(func(r rune) rune {
			if !unicode.IsPrint(r) {
				return -1
			}
			return r
		}, text))
	}
	return list
}

func jsonOf(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return "null" // strings and lists of them always can be
	}
	return string(data)
}
