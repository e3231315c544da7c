package sitetest

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Answer is what came back, with its body read.
type Answer struct {
	*http.Response
	Text string
}

// Request is one that the visitor's browser would send from a page of the site, or their program with its token.
func (v *Visitor) Request(tb testing.TB, method, path string, body io.Reader) *http.Request {
	tb.Helper()
	r, err := http.NewRequestWithContext(tb.Context(), method, v.site.URL+path, body)
	if err != nil {
		tb.Fatal(err)
	}
	if v.Address != "" {
		r.Header.Set("X-Forwarded-For", v.Address)
	}
	if v.Token != "" {
		r.Header.Set("Authorization", "Bearer "+string(v.Token))
		return r
	}
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// Do sends a request and does not follow where the answer leads.
func (v *Visitor) Do(tb testing.TB, r *http.Request) Answer {
	tb.Helper()
	res, err := v.client.Do(r)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }() // only read from
	body, err := io.ReadAll(res.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return Answer{res, string(body)}
}

// Get asks for a page.
func (v *Visitor) Get(tb testing.TB, path string) Answer {
	tb.Helper()
	return v.Do(tb, v.Request(tb, http.MethodGet, path, nil))
}

// Fragment asks for a part of a page, as htmx does.
func (v *Visitor) Fragment(tb testing.TB, path string) Answer {
	tb.Helper()
	r := v.Request(tb, http.MethodGet, path, nil)
	r.Header.Set("HX-Request", "true")
	return v.Do(tb, r)
}

// Post sends a form.
func (v *Visitor) Post(tb testing.TB, path string, form url.Values) Answer {
	tb.Helper()
	return v.Do(tb, v.Form(tb, path, form))
}

// Form is the request that Post sends.
func (v *Visitor) Form(tb testing.TB, path string, form url.Values) *http.Request {
	tb.Helper()
	r := v.Request(tb, http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// SignIn sends the form of the login page.
func (v *Visitor) SignIn(tb testing.TB, name, password string) Answer {
	tb.Helper()
	return v.Post(tb, "/login", url.Values{"name": {name}, "password": {password}})
}
