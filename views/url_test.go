package views_test

import (
	"errors"
	"testing"

	"verso/faas"
	"verso/views"
)

func TestURLs(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{views.HomeURL(), "/"},
		{
			views.FunctionListURL("p", faas.FunctionFilter{Text: "a&b", Tag: "prod", Runtime: "C#(.NET Core 8.0)", Author: "Anna", Sort: faas.ByChange}),
			"/projects/p/functions?q=a%26b&tag=prod&runtime=C%23%28.NET+Core+8.0%29&author=Anna&sort=changed",
		},
		{views.FunctionURL("p", "../x?"), "/projects/p/functions/..%2Fx%3F"},
		{views.VersionListURL("p", "f", faas.VersionFilter{Status: views.StatusFailed, Page: faas.Page{Last: true}}), "/projects/p/functions/f/versions?status=failed&last=1"},
		{views.VersionNewURL("p", "f", views.NewVersionQuery{}), "/projects/p/functions/f/versions/new"},
		{
			views.VersionNewURL("p", "f", views.NewVersionQuery{Source: faas.FromCopy, From: 3, Copy: 2, CopyFunction: "g", Find: "x"}),
			"/projects/p/functions/f/versions/new?source=copy&from=3&copy_function=g&copy=2&find=x",
		},
		{views.PackageURL("p", "f", 42), "/projects/p/functions/f/versions/42/package"},
		{views.FolderURL("p", "f", 42, "lib/", "a b"), "/projects/p/functions/f/versions/42?folder=lib%2F&after=a+b#files"},
		{views.OperationCancelURL("id"), "/operations/id/cancel"},
		{views.LoginURL("/a?b=c&d"), "/login?next=%2Fa%3Fb%3Dc%26d"},
		{views.SetupURL("k/="), "/setup?key=k%2F%3D"},
		{views.OIDCURL(), "/login/oidc"},
		{views.PersonPasswordURL("a/../b"), "/settings/people/a%2F..%2Fb/password"},
		{views.MemberRoleURL("p", "a+b@c.org"), "/projects/p/settings/members/a+b@c.org/role"},
		{views.TokenListURL("p", views.AccessKeys, true, faas.Page{After: "k"}), "/projects/p/settings/keys?all=1&after=k"},
		{views.TokenRevokeURL("p", views.Tokens, "?", false), "/projects/p/settings/tokens/%3F/revoke"},
		{views.TokenRevokeURL("p", views.AccessKeys, "a", true), "/projects/p/settings/keys/a/revoke?all=1"},
		{views.ActivityURL(""), "/settings/activity"},
		{
			views.ActivityExportURL("p", "csv", views.ActivityQuery{Who: "a&b", Until: "2026-11-22", Page: faas.Page{After: "k"}}),
			"/projects/p/activity/export?format=csv&who=a%26b&until=2026-11-22",
		},
		{views.ActivityExportURL("p", "json", views.ActivityQuery{}), "/projects/p/activity/export?format=json"},
		{views.RevealURL("p", "f", 4, "A/B"), "/projects/p/functions/f/versions/4/environment/A%2FB/reveal"},
		{views.OperationListURL("p", faas.OperationFilter{States: []faas.OperationState{faas.Failed}, Page: faas.Page{Before: "k"}}), "/projects/p/operations?state=failed&before=k"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
}

func TestErrorPages(t *testing.T) {
	for title, err := range map[string]error{
		"Something went wrong": errors.New("dial tcp 10.0.0.1: secret"),
		"Not found":            faas.Errorf(faas.NotFound, "There is no version #9."),
		"Not allowed":          faas.Errorf(faas.Forbidden, "This needs the role lead."),
		"Too large":            faas.Errorf(faas.TooLarge, "50 MiB are allowed."),
		"Not available now":    faas.Errorf(faas.Unavailable, ""),
	} {
		p := views.ErrorProps{Page: page(), Status: 500, Err: err, RequestID: "4f2c7c1e9a"}
		doc := parse(t, views.ErrorPage(p))
		if got := text(one(t, doc, "h1")); got != title {
			t.Errorf("%v: the title is %q", err, got)
		}
		box := text(one(t, doc, "#problems[role=alert]"))
		if list := faas.ProblemsOf(err); len(list) == 0 && contains(box, "secret") || len(list) > 0 && !contains(box, list[0].Message) || !contains(box, "4f2c7c1e9a") {
			t.Errorf("%v: the page says %q", err, box)
		}
		one(t, parse(t, views.ErrorResults(p)), "#results #problems")
	}
}
