package e2e

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"

	"verso/tests/program"
)

// Page opens a private window in which the owner is signed in; see NewPage for its end.
func (s *Server) Page(t *testing.T, look Look) *Page {
	t.Helper()
	return s.PageOf(t, look, program.Owner)
}

// PageOf opens a private window in which somebody is signed in who has the Password.
func (s *Server) PageOf(t *testing.T, look Look, person string) *Page {
	t.Helper()
	p := NewPage(t, look)
	p.SignIn(s, person)
	return p
}

// SignIn gives the window a session of somebody, as their sign-in through the form would; TestSignIn is about the form.
func (p *Page) SignIn(s *Server, person string) {
	p.t.Helper()
	form := url.Values{"name": {person}, "password": {program.Password}}
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, s.URL+"/login", strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("User-Agent", Eval[string](p, `navigator.userAgent`))
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.t.Fatalf("sign %s in: %v", person, err)
	}
	_ = answer.Body.Close() // what counts is in the header
	if len(answer.Cookies()) != 1 {
		p.t.Fatalf("signing %s in is answered %s with %d cookies", person, answer.Status, len(answer.Cookies()))
	}
	yes := true
	for _, c := range answer.Cookies() {
		call(p, network.SetCookie, network.SetCookieParams{
			Name: c.Name, Value: c.Value, URL: s.URL, HTTPOnly: &yes, SameSite: network.CookieSameSiteLax,
		})
	}
}

// forgetCookies leaves the window without its session, as when it has run out.
func (p *Page) forgetCookies() {
	p.t.Helper()
	call(p, network.ClearBrowserCookies, cdp.Empty{})
}

// request asks for an address with the window's cookies, as its browser would; no redirect is followed.
func (p *Page) request(method, address string) *http.Response {
	p.t.Helper()
	return p.carry(method, address, nil)
}

// send sends a form with the window's cookies, and wants it to be taken.
func (p *Page) send(address string, values url.Values) {
	p.t.Helper()
	if answer := p.carry(http.MethodPost, address, strings.NewReader(values.Encode())); answer.StatusCode >= http.StatusBadRequest {
		p.t.Errorf("%s is answered %s", address, answer.Status)
	}
}

func (p *Page) carry(method, address string, body io.Reader) *http.Response {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, address, body)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range call(p, network.GetCookies, network.GetCookiesParams{URLs: []string{address}}).Cookies {
		r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
	}
	r.Header.Set("Accept", "text/html,*/*")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { _ = answer.Body.Close() }) // only read from
	return answer
}
