package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"verso/faas"
	"verso/web"
)

func rowOf(method, path string, right faas.Right) web.Route {
	return web.Route{Method: method, Path: path, Right: right, Handler: web.Plain(hello())}
}

// open is a gate that lets everybody in.
func open(_ faas.Rule, next web.Handler) web.Handler { return next }

// shut is a gate that lets everybody in where the rule says Everybody, and nobody elsewhere.
func shut(rule faas.Rule, next web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if rule.Scope == faas.Everybody {
			return next(w, r)
		}
		return faas.Errorf(faas.Unauthenticated, "Sign in first for %s.", rule.Right)
	}
}

func router(t *testing.T, gate web.Gate, rows ...web.Route) *web.Router {
	t.Helper()
	rt, err := web.NewRouter(web.PlainError, web.Mount{Routes: rows, Gate: gate, Fail: web.PlainError})
	if err != nil {
		t.Fatal(err)
	}
	return rt
}

func TestS36ARowThatCannotBeStopsTheStart(t *testing.T) {
	good := rowOf("GET", "/a", faas.RightRead)
	tests := map[string]struct {
		rows []web.Route
		want string
	}{
		"no such right":             {[]web.Route{rowOf("GET", "/a", "project.peek")}, "no rule"},
		"no right":                  {[]web.Route{rowOf("GET", "/a", "")}, "no rule"},
		"no method":                 {[]web.Route{rowOf("", "/a", faas.RightRead)}, "method"},
		"a method in small letters": {[]web.Route{rowOf("get", "/a", faas.RightRead)}, "method"},
		"two methods":               {[]web.Route{rowOf("GET POST", "/a", faas.RightRead)}, "method"},
		"no path":                   {[]web.Route{rowOf("GET", "", faas.RightRead)}, "slash"},
		"a host":                    {[]web.Route{rowOf("GET", "evil.example/a", faas.RightRead)}, "slash"},
		"no handler":                {[]web.Route{{Method: "GET", Path: "/a", Right: faas.RightRead}}, "no handler"},
		"not a pattern":             {[]web.Route{rowOf("GET", "/{a", faas.RightRead)}, "bad"},
		"twice":                     {[]web.Route{good, good}, "conflicts"},
		"twice by other words":      {[]web.Route{rowOf("GET", "/{a}", faas.RightRead), rowOf("GET", "/{b}", faas.RightEditFunction)}, "conflicts"},
		"neither of two":            {[]web.Route{rowOf("GET", "/{a}/x", faas.RightRead), rowOf("GET", "/x/{b}", faas.RightRead)}, "conflicts"},
		"a change that only reads":  {[]web.Route{rowOf("POST", "/a", faas.RightRead)}, "only reads"},
		"the same by DELETE":        {[]web.Route{rowOf("DELETE", "/a", faas.RightReadPeople)}, "only reads"},
	}
	for name, test := range tests {
		rt, err := web.NewRouter(web.PlainError, web.Mount{Routes: test.rows, Gate: open, Fail: web.PlainError})
		if rt != nil || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want it to say %q", name, err, test.want)
		}
	}
	for name, door := range map[string]web.Mount{
		"no gate":       {Routes: []web.Route{good}, Fail: web.PlainError},
		"a gate of air": {Routes: []web.Route{good}, Fail: web.PlainError, Gate: func(faas.Rule, web.Handler) web.Handler { return nil }},
		"no errors":     {Routes: []web.Route{good}, Gate: open},
	} {
		if _, err := web.NewRouter(web.PlainError, door); err == nil {
			t.Errorf("%s: it started", name)
		}
	}
	// All that is wrong is said at once, and rows of two doors are compared too.
	_, err := web.NewRouter(web.PlainError,
		web.Mount{Routes: []web.Route{good, rowOf("GET", "/b", "x")}, Gate: open, Fail: web.PlainError},
		web.Mount{Routes: []web.Route{good}, Gate: open, Fail: web.PlainError})
	if err == nil || !strings.Contains(err.Error(), "GET /b") || !strings.Contains(err.Error(), "GET /a") {
		t.Errorf("got %v", err)
	}
}

func TestRowsThatCanBe(t *testing.T) {
	rows := []web.Route{
		rowOf("GET", "/{$}", faas.RightAccount), rowOf("GET", "/things/{id}", faas.RightRead), rowOf("GET", "/things/new", faas.RightCreateFunction),
		rowOf("POST", "/things", faas.RightCreateFunction), rowOf("POST", "/login", faas.RightVisit), rowOf("GET", "/static/", faas.RightVisit),
	}
	rt := router(t, open, rows...)
	if got := rt.Routes(); len(got) != len(rows) || got[2].Path != "/things/new" || got[2].Right != faas.RightCreateFunction {
		t.Errorf("the rows are %v", got)
	}
	rt.Routes()[0].Path = "/elsewhere"
	if rt.Routes()[0].Path != "/{$}" {
		t.Error("who reads the rows can change them")
	}
}

// Each door refuses in its own words, and the gate sees the rule of the row that was asked for.
func TestEveryRowStandsBehindItsDoorsGate(t *testing.T) {
	voice := func(name string) web.ErrorFunc {
		return func(w http.ResponseWriter, r *http.Request, err error) {
			w.Header().Set("X-Door", name)
			web.PlainError(w, r, err)
		}
	}
	rt, err := web.NewRouter(voice("none"),
		web.Mount{Routes: []web.Route{rowOf("GET", "/a", faas.RightRead), rowOf("GET", "/open", faas.RightVisit)}, Gate: shut, Fail: voice("first")},
		web.Mount{Routes: []web.Route{rowOf("POST", "/b/{id}", faas.RightEditFunction)}, Gate: shut, Fail: voice("second")})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, path, door, says string
		status                   int
	}{
		{"GET", "/a", "first", "project.read", 401},
		{"HEAD", "/a", "first", "", 401},
		{"GET", "/open", "", "hello", 200},
		{"POST", "/b/7", "second", "function.edit", 401},
		{"POST", "/a", "none", "GET", 405},
		{"GET", "/c", "none", "no page", 404},
	} {
		w := answer(rt, test.method, test.path, nil)
		if w.Code != test.status || w.Header().Get("X-Door") != test.door || !strings.Contains(w.Body.String(), test.says) {
			t.Errorf("%s %s: got %d by %q: %q", test.method, test.path, w.Code, w.Header().Get("X-Door"), w.Body)
		}
	}
}

// However an address is written, what answers is a row behind its gate, a refusal, or a hint to the plain address.
func TestS24NoSpellingReachesARowWithoutItsGate(t *testing.T) {
	reached := ""
	row := web.Route{Method: "POST", Path: "/projects/{project}/delete", Right: faas.RightDeleteFunction, Handler: func(http.ResponseWriter, *http.Request) error {
		reached = "the row"
		return nil
	}}
	rt := router(t, shut, row, rowOf("GET", "/{$}", faas.RightVisit), rowOf("GET", "/static/", faas.RightVisit))
	h := whole(rt, io.Discard)
	seen := map[int]int{}
	for _, path := range []string{
		"/projects/p/delete", "//projects/p/delete", "/projects//p/delete", "/projects/p//delete", "/./projects/p/delete", "/projects/./p/delete",
		"/x/../projects/p/delete", "/%2e/projects/p/delete", "/%2e%2e/projects/p/delete", "/static/../projects/p/delete", "/static/%2e%2e/projects/p/delete",
		"/static/..%2fprojects/p/delete", "/projects%2fp/delete", "/projects/p%2fdelete", "/projects/p/delete/", "/projects/p/delete%2f", "/projects/p/%64elete",
		"/PROJECTS/p/delete", "/projects/p/delete;x", "/projects/p/delete?x", "/projects/p/delete%00", "/projects/p/delete%3f", `/\projects/p/delete`,
		"///evil.example/projects/p/delete", "//evil.example/..", "/projects/p/delete%0a",
	} {
		for _, method := range []string{"POST", "GET", "HEAD", "OPTIONS", "PUT"} {
			for _, headers := range []map[string]string{
				nil, {"Cookie": "s=1"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example", "Cookie": "s=1"}, {"Sec-Fetch-Site": "same-origin", "Cookie": "s=1"},
			} {
				w := sendPath(t, h, method, path, headers)
				seen[w.Code]++
				// To the mux %2e%2e is a name like any other: there the open row answers, and no other.
				open := strings.HasPrefix(path, "/static/%2e%2e/") || strings.HasPrefix(path, "/static/..%2f")
				if reached != "" || w.Code == http.StatusOK && !open || w.Code == http.StatusInternalServerError {
					t.Fatalf("%s %s with %v: got %d", method, path, headers, w.Code)
				}
				if to := w.Header().Get("Location"); strings.HasPrefix(to, "//") || strings.Contains(to, "://") || strings.Contains(to, `\`) {
					t.Errorf("%s %s leads to %q", method, path, to)
				}
				crossing := headers["Sec-Fetch-Site"] == "cross-site" || headers["Origin"] != "" || headers["Cookie"] != "" && headers["Sec-Fetch-Site"] == ""
				if (method == "POST" || method == "PUT") && crossing && w.Code != http.StatusForbidden {
					t.Errorf("%s %s with %v: got %d, want 403 before anything else", method, path, headers, w.Code)
				}
			}
		}
	}
	if seen[401] == 0 || seen[403] == 0 || seen[404] == 0 || seen[405] == 0 || seen[307] == 0 {
		t.Errorf("not every kind of answer came: %v", seen)
	}
}

// sendPath sends a request with a request line as it stands.
func sendPath(t *testing.T, h http.Handler, method, path string, headers map[string]string) *httptest.ResponseRecorder {
	t.Helper()
	u, err := url.ParseRequestURI(path)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	r := httptest.NewRequest(method, "/", nil)
	r.URL, r.RequestURI = u, path
	for k, v := range headers {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestS26NoOtherSiteIsLetIn(t *testing.T) {
	rt := router(t, open, rowOf("GET", "/a", faas.RightRead), rowOf("POST", "/a", faas.RightEditFunction))
	h := whole(rt, io.Discard)
	for _, origin := range []string{"https://evil.example", "null", "http://example.com", "http://example.com.evil.example"} {
		for _, method := range []string{"GET", "POST", "OPTIONS"} {
			for _, path := range []string{"/a", "/missing"} {
				w := answer(h, method, path, map[string]string{
					"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "Authorization", "Access-Control-Request-Private-Network": "true",
				})
				for name := range w.Header() {
					if strings.HasPrefix(name, "Access-Control-") {
						t.Errorf("%s %s from %s: %s: %s", method, path, origin, name, w.Header().Get(name))
					}
				}
				if method == "OPTIONS" && w.Code < 400 {
					t.Errorf("a preflight got %d", w.Code)
				}
			}
		}
	}
}

// Answers of every kind carry the policy and what else browsers need; an address made of another host's name does not.
func TestS27S28S35EveryKindOfAnswer(t *testing.T) {
	rt := router(t, shut, rowOf("GET", "/open", faas.RightVisit), rowOf("GET", "/a", faas.RightRead), rowOf("POST", "/a", faas.RightEditFunction),
		web.Route{Method: "GET", Path: "/away", Right: faas.RightVisit, Handler: func(w http.ResponseWriter, r *http.Request) error {
			return web.Redirect(w, r, "/open")
		}},
		web.Route{Method: "GET", Path: "/broken", Right: faas.RightVisit, Handler: func(http.ResponseWriter, *http.Request) error { return errors.New("x") }},
		web.Route{Method: "GET", Path: "/panic", Right: faas.RightVisit, Handler: func(http.ResponseWriter, *http.Request) error { panic("x") }})
	h := whole(rt, io.Discard)
	for target, want := range map[string]int{
		"/open": 200, "/a": 401, "/away": 303, "/broken": 500, "/panic": 500, "/missing": 404, "/open?access_token=1": 401, "//open": 307,
	} {
		w := answer(h, "GET", "http://verso.example"+target, map[string]string{"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript", "X-Forwarded-Prefix": "//evil.example"})
		if w.Code != want {
			t.Errorf("%s: got %d, want %d", target, w.Code, want)
		}
		for name, value := range map[string]string{
			"Content-Security-Policy": web.ContentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "",
		} {
			if got := w.Header().Get(name); got != value {
				t.Errorf("%s: %s is %q", target, name, got)
			}
		}
		if kind := w.Header().Get("Content-Type"); w.Body.Len() > 0 && kind != "" && !strings.HasSuffix(kind, "charset=utf-8") {
			t.Errorf("%s: the type is %q", target, kind)
		}
		if all := w.Header().Get("Location") + w.Body.String(); strings.Contains(all, "evil.example") {
			t.Errorf("%s: another host's name is in the answer: %s", target, all)
		}
	}
}
