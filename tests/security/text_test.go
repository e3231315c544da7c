package security_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"verso/handlers/sitetest"
)

// strange are texts that trip what takes a byte for a letter, a string for a word, or a value for a part of SQL.
var strange = []string{
	"\x00", "a\x00b", "\x01\x02\x1f", "\x7f", "a\nb", "a\r\nSet-Cookie: x=y", "a\tb", "\x1b[31mred\x1b]0;title\x07", "\u0085", "\u009b31m", "\xff\xfe", "\xc3\x28", "\xed\xa0\x80",
	"\u202egnp.exe", "\u2066x\u2069", "\u200b", "\u200d\u200c", "\ufeff", "\ufffe", "\u2028", "\U0001F98A", "\U000E0041", "e" + strings.Repeat("\u0301", 100), "ＡＢＣ", "ſtrange", "K",
	"'", "''; DROP TABLE people; --", `"`, "`", "%", "_", `\`, `\\%`, "--", "/*", "*/", "$1", "$$", ":name", ":1", "?", "??", "{{7*7}}", "${7*7}", "#{7*7}", "%s%n", "%00", "’", "‘; --", "ʼ OR 1=1",
	"<script>alert(1)</script>", "../../etc/passwd", `..\..\x`, "|id", "; id", "$(id)", "null", "NaN", "-1", "0", "true", "[]", "{}", "1e309", strings.Repeat("(", 10000), strings.Repeat("a", 70000),
}

// Names are words of a few letters. Whatever else somebody enters for one is refused with a sentence, and is no fault.
func TestS72NamesAreWordsOfAnAllowList(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		before := snapshot(t, s, conn)
		forms := []struct {
			v     *sitetest.Visitor
			path  string
			field string
			rest  url.Values
		}{
			{w.developer, w.alpha.functions(), "name", nil},
			{w.developer, w.alpha.functions() + "/" + w.alpha.function + "/edit", "name", nil},
			{w.developer, w.alpha.functions(), "labels", url.Values{"name": {"with-labels"}}},
			{w.admin, "/settings/people", "name", url.Values{"password": {string(sitetest.Password)}}},
			{w.admin, "/projects", "name", nil},
			{w.owner, w.alpha.settings() + "/members", "person", url.Values{"role": {"viewer"}}},
			{w.owner, w.alpha.settings() + "/members", "role", url.Values{"person": {"stan"}}},
			{w.owner, w.alpha.settings() + "/members/vera/role", "role", nil},
			{w.owner, w.alpha.settings() + "/tags", "tags", nil},
			{w.developer, w.alpha.settings() + "/tokens", "role", url.Values{"name": {"x"}, "expires": {"1d"}}},
			{w.developer, w.alpha.settings() + "/keys", "expires", url.Values{"name": {"x"}, "role": {"viewer"}}},
		}
		for _, f := range forms {
			for _, text := range strange {
				if isName(text, f.field == "tags") || strings.TrimSpace(text) == "" && f.field == "labels" {
					continue
				}
				form := url.Values{f.field: {text}}
				for name, list := range f.rest {
					form[name] = list
				}
				a := f.v.Post(t, f.path, form)
				if a.StatusCode != http.StatusUnprocessableEntity {
					t.Errorf("%s %s=%.20q: %d\n%.300s", f.path, f.field, text, a.StatusCode, mainOf(a))
				}
			}
		}
		same(t, before, snapshot(t, s, conn), "strange names")
	})
}

// isName reports whether a text is a good name after all, or for a list several of them.
func isName(text string, several bool) bool {
	words := strings.Fields(text)
	for _, word := range words {
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzN0123456789") != "" || word == "0" {
			return false
		}
	}
	return len(words) == 1 && words[0] == text || several && len(words) > 0
}

// Free text keeps letters of every script, line breaks and tabs, and takes no character that nobody sees do its work.
func TestS72FreeTextHasNoControlCharacters(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w, conn := newWorld(t, s), open(t, s)
		for i, text := range strange {
			bad := !utf8.ValidString(text) || len(text) > 600 || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune("\n\t\r", r) })
			want := map[bool]int{true: http.StatusUnprocessableEntity, false: http.StatusSeeOther}[bad || strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\r")]
			name := fmt.Sprintf("described-%d", i)
			if a := w.developer.Post(t, w.alpha.functions(), url.Values{"name": {name}, "description": {text}}); a.StatusCode != want {
				t.Errorf("description %.20q: %d, want %d", text, a.StatusCode, want)
			}
			form := url.Values{"name": {"t " + text}, "role": {"viewer"}, "expires": {"1d"}}
			if a := w.developer.Post(t, w.alpha.settings()+"/tokens", form); a.StatusCode != http.StatusOK && a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("token name %.20q: %d", text, a.StatusCode)
			}
			if want == http.StatusSeeOther {
				status(t, w.viewer.Get(t, w.alpha.functions()+"/"+name), http.StatusOK)
			}
		}
		for table, column := range map[string]string{"functions": "description", "tokens": "name", "audit": "detail"} {
			for _, text := range texts(t, conn, `SELECT `+column+` FROM `+table) {
				if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 || !utf8.ValidString(text) {
					t.Errorf("stored in %s is %q", table, text)
				}
			}
		}
	})
}

// Whatever stands in an address where a name or number belongs: there is nothing of that name, and no fault on either
// engine; who may not ask is refused in the same way, and the record of it stays a text of one line.
func TestS72S75StrangeAddressesAreNotThere(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		turns := []*sitetest.Visitor{w.admin, w.viewer, w.stranger}
		for k, route := range s.Routes {
			for _, part := range []string{"{project}", "{fn}", "{n}", "{op}", "{tag}", "{name}", "{session}", "{token}", "{key}", "{person}"} {
				if !strings.Contains(route.Path, part) {
					continue
				}
				for i, text := range strange {
					if len(text) > 2000 && i%2 == 0 || strings.Trim(text, "./") == "" {
						continue
					}
					path := w.fill(t, strings.Replace(route.Path, part, url.PathEscape(text), 1), w.admin)
					w.strangeAddress(t, turns[(i+k)%3], route.Method, path, part)
				}
			}
		}
		conn := open(t, s)
		for _, column := range []string{"actor", "detail", "action", "target", "request_id", "address"} {
			for _, text := range texts(t, conn, `SELECT `+column+` FROM audit`) {
				if strings.ContainsFunc(text, unicode.IsControl) || !utf8.ValidString(text) || len(text) > 4000 {
					t.Errorf("the record holds %q in %s", text, column)
				}
			}
		}
		linesAreJSON(t, s)
	})
}

func (w *world) strangeAddress(t *testing.T, v *sitetest.Visitor, method, path, part string) {
	t.Helper()
	r := v.Form(t, "/", nil)
	r.Method, r.URL = method, urlOf(t, w.Site, path)
	a := v.Do(t, r)
	if a.StatusCode >= 500 || a.StatusCode == http.StatusOK && part != "{tag}" && part != "{name}" {
		t.Errorf("%s %.120s by %s: %d\n%.400s", method, path, v.Name, a.StatusCode, mainOf(a))
	}
}

// Every event is one line of JSON, whatever came with it; nothing in it moves a terminal's cursor.
func linesAreJSON(t *testing.T, s *sitetest.Site) {
	t.Helper()
	log := s.Log.String()
	for line := range strings.Lines(log) {
		if !json.Valid([]byte(line)) || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), unicode.IsControl) || len(line) > 8000 {
			t.Fatalf("a line of the log is %.300q", line)
		}
	}
	if strings.Count(log, "\n") < 10 {
		t.Error("the log is nearly empty")
	}
}

func TestS73WhatAClientSaysIsOneLineOfTheLog(t *testing.T) {
	each(t, func(t *testing.T, s *sitetest.Site) {
		w := newWorld(t, s)
		for i, text := range strange {
			header := strings.Map(func(r rune) rune {
				if r != '\t' && unicode.IsControl(r) && r < 0x80 {
					return -1 // no client can send them in a header
				}
				return r
			}, text)
			if len(header) > 8000 {
				header = header[:8000]
			}
			path := "/login"
			if i%4 > 0 { // hashing so many would take long
				path = w.alpha.functions()
			}
			r := w.viewer.Form(t, path, url.Values{"name": {text}, "password": {text}, "next": {text}})
			for _, name := range []string{"User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "Accept-Language", "HX-Current-URL"} {
				r.Header.Set(name, strings.ToValidUTF8(header, "?"))
			}
			a := w.viewer.Do(t, r)
			if a.StatusCode >= 500 && a.StatusCode != http.StatusNotImplemented {
				t.Errorf("%.20q: %d", text, a.StatusCode)
			}
			if id := a.Header.Get("X-Request-Id"); len(id) > 64 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" {
				t.Errorf("the request's id is %q", id)
			}
		}
		linesAreJSON(t, s)
		for _, row := range texts(t, open(t, s), `SELECT actor, request_id, address, detail FROM audit`) {
			if strings.ContainsFunc(row, unicode.IsControl) {
				t.Errorf("the record holds %q", row)
			}
		}
		if bytes.Contains([]byte(s.Log.String()), []byte("\x1b")) {
			t.Error("an escape character is in the log")
		}
	})
}
