package views_test

import (
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"verso/faas"
	"verso/views"
)

const canary = `canary`

// Whatever a person, a client or an archive can fill in, comes out as the text that it is, in every field of every page.
func TestS30HostileTextStaysText(t *testing.T) {
	corpus := hostileTexts()
	if len(corpus) < 60 {
		t.Fatalf("%d texts, want 60", len(corpus))
	}
	for i, evil := range corpus {
		pages := hostilePages(evil)
		source := faas.OriginKinds()[i%len(faas.OriginKinds())] // the long form takes its turns
		pages["new version by "+string(source)] = views.VersionNew(hostileForm(source, evil))
		for name, c := range pages {
			doc := parse(t, c)
			if list := all(doc, canary+", ["+canary+"], [autofocus="+canary+"]"); len(list) > 0 {
				t.Errorf("%s: %q became an element or attribute", name, evil)
			}
			checkNothingInline(t, doc)
			if !holds(doc, evil) {
				t.Errorf("%s does not show %q as it is", name, evil)
			}
		}
	}
}

// Each field that people, browsers and clients fill shows its own text, whole and in its place.
func TestS30EachFieldShowsItsText(t *testing.T) {
	p, viewer := page(), page()
	viewer.Role = faas.Viewer
	for _, evil := range hostileTexts() {
		line := faas.Audit{At: now, Actor: evil, ActorID: "p", Token: evil, Door: faas.DoorDashboard, Action: "token.create", Result: faas.AuditDone, Detail: evil, Address: evil}
		record := parse(t, views.ActivityPage(views.ActivityProps{Page: p, Query: views.ActivityQuery{Who: evil, Function: evil}, List: faas.List[faas.Audit]{Items: []faas.Audit{line}}}))
		tokens := parse(t, views.TokenList(views.TokenListProps{Page: p, Kind: views.Tokens, Everybody: true, List: faas.List[faas.Token]{Items: []faas.Token{{Name: evil, Person: evil}}}, Form: views.TokenForm{Name: evil}}))
		sessions := parse(t, views.SessionList(views.SessionListProps{Page: p, List: []faas.Session{{Agent: evil, Address: evil}}}))
		members := parse(t, views.MemberList(views.MemberListProps{Page: viewer, List: faas.List[faas.Member]{Items: []faas.Member{{Person: evil, AddedBy: evil}}}}))
		login := parse(t, views.Login(views.LoginProps{Page: p, Name: evil, Next: evil, OIDC: evil}))
		for _, c := range []struct {
			doc            *html.Node
			selector, want string
		}{
			{record, ".record td:nth-child(2) > bdi", evil},
			{record, ".record td.quiet", "token “" + evil + "”"},
			{record, ".record .desc bdi", evil},
			{record, ".record .machine", evil},
			{record, "#who[value]", evil},
			{record, "#fn[value]", evil},
			{tokens, ".tokens th .desc", evil},
			{tokens, ".tokens td:nth-child(2)", evil},
			{tokens, "#name[value]", evil},
			{sessions, ".sessions th .desc", evil},
			{sessions, ".sessions td code", evil},
			{members, ".members tbody th", evil},
			{members, ".members .quiet", "by " + evil},
			{login, "#name[value]", evil},
			{login, "form:not(.other) input[name=next]", evil},
			{login, ".other button", "Sign in with " + evil},
		} {
			n := one(t, c.doc, c.selector)
			got := text(n)
			if n.Data == "input" {
				got = attr(n, "value")
			}
			if want := strings.Join(strings.Fields(c.want), " "); got != c.want && got != want {
				t.Errorf("%s shows %q, want %q", c.selector, got, c.want)
			}
		}
	}
}

// holds reports whether some text or attribute of the page is, or has in it, exactly this text.
func holds(doc *html.Node, text string) bool {
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && strings.Contains(n.Data, text) {
			return true
		}
		for _, a := range n.Attr {
			if strings.Contains(a.Val, text) {
				return true
			}
		}
	}
	return false
}

// hostileTexts are those that broke other programs. Each has the canary in it.
func hostileTexts() []string {
	var list []string
	for _, shape := range []string{
		// elements
		`<§>`, `<§/>`, `<§ x=1>`, `</§>`, `<<§>`, `<§`, `<script>§</script>`, `<SCRIPT SRC=/§>`, `<svg/onload=§>`, `<svg><script>§</script></svg>`,
		`<img src=x onerror=§>`, `<iframe srcdoc="<§>">`, `<math><mi//xlink:href="§">`, `<style>§{}</style>`, `<base href=§>`, `<form action=§>`,
		`<template><§></template>`, `<noscript><§></noscript>`, `<a href="javascript:§">x</a>`, `<!--<§>-->`, `--><§>`, `<![CDATA[<§>]]>`, `<?§?>`, `<!DOCTYPE §>`,
		// ends of what they stand in
		`</script><§>`, `</title><§>`, `</textarea><§>`, `</style><§>`, `</td></tr></table><§>`, `</option></select><§>`, `</code></pre><§>`, `</bdi></span><§>`,
		// attributes
		`"><§>`, `'><§>`, `" §="`, `' §='`, `" onfocus=§ autofocus="`, `' onmouseover=§ x='`, "` §=`", `"/§="1`, `&quot; §=&quot;`, `&#34;><§>`,
		// addresses
		`javascript:§`, ` javascript:§`, `JaVaScRiPt:§`, "java\tscript:§", `data:text/html,<§>`, `vbscript:§`, `//§.example`, `/\\§.example`,
		// templates and expressions
		"`{{§}}", `${§}`, `<%= § %>`, `{%§%}`, `js:§`, `[§]`,
		// text that is not what it seems
		"§\u2028x", "§\u202etxt.exe", "\u200b§\u200d", "§\u007fx", "§ \u1E9E\u0130\U0001F4A9", "%3C§%3E", `&lt;§&gt;`, `+ADw-§+AD4-`,
	} {
		list = append(list, strings.ReplaceAll(shape, "§", canary))
	}
	return list
}

// hostilePages fills every string of the props, however deep, with the text.
func hostilePages(evil string) map[string]templ.Component {
	operations := faas.List[faas.Operation]{Items: []faas.Operation{{State: faas.Running}, {State: faas.Failed, Failure: &faas.Failure{}}, {State: faas.Succeeded, Number: 3}}}
	pages := map[string]templ.Component{
		"functions":  views.FunctionList(filled(views.FunctionListProps{List: faas.List[faas.FunctionRow]{Items: make([]faas.FunctionRow, 2)}}, evil)),
		"none":       views.FunctionList(filled(views.FunctionListProps{}, evil)),
		"function":   views.FunctionPage(filled(views.FunctionProps{Tags: make([]faas.Tag, 2), Versions: make([]faas.VersionRow, 2), Running: operations.Items}, evil)),
		"edit":       views.FunctionEdit(filled(views.FunctionFormProps{Limits: faas.DefaultLimits()}, evil)),
		"delete":     views.FunctionDelete(filled(views.FunctionDeleteProps{Tags: make([]faas.Tag, 2)}, evil)),
		"versions":   views.VersionList(filled(views.VersionListProps{List: faas.List[faas.VersionRow]{Items: make([]faas.VersionRow, 2)}}, evil)),
		"version":    views.VersionPage(filled(views.VersionProps{Manifest: &faas.Manifest{Files: make([]faas.File, 2)}}, evil)),
		"operation":  views.OperationPage(filled(views.OperationProps{Operation: operations.Items[1]}, evil)),
		"made":       views.OperationPage(filled(views.OperationProps{Operation: operations.Items[2], Version: &faas.VersionRow{}}, evil)),
		"operations": views.OperationList(filled(views.OperationListProps{List: operations}, evil)),
		"error":      views.ErrorPage(filled(views.ErrorProps{Err: &faas.Error{Kind: faas.NotFound}}, evil)),
	}
	maps.Copy(pages, hostilePeople(evil))
	return pages
}

// hostilePeople are the pages of people, settings and the record. Of a line of the record, the action and the kind are
// ours; who reads a name, a token's name, an address or a browser's agent there reads what somebody else chose.
func hostilePeople(evil string) map[string]templ.Component {
	line, known := filled(faas.Audit{At: now}, evil), filled(audits(), evil)
	for i, a := range audits() {
		known[i].Action, known[i].Kind, known[i].Result, known[i].Door = a.Action, a.Kind, a.Result, a.Door
	}
	wrong := &faas.Error{Kind: faas.Invalid}
	record := filled(views.ActivityProps{Page: views.Page{Role: faas.Owner}, List: faas.List[faas.Audit]{Items: make([]faas.Audit, 2)}}, evil)
	record.List.Items, record.Names = append(known, line), map[string]string{evil: evil}
	f := filled(views.FunctionProps{Function: function(), Versions: versions(1)}, evil)
	f.Activity = record.List.Items
	tokens := filled(views.TokenListProps{Everybody: true, List: faas.List[faas.Token]{Items: make([]faas.Token, 2)}, Err: wrong, Form: views.NewTokenForm(faas.Lead)}, evil)
	tokens.Kind = views.Tokens
	made := filled(views.TokenMadeProps{}, evil)
	made.Kind = views.AccessKeys
	return map[string]templ.Component{
		"login":     views.Login(filled(views.LoginProps{Err: wrong}, evil)),
		"setup":     views.Setup(filled(views.SetupProps{Err: wrong}, evil)),
		"projects":  views.ProjectList(filled(views.ProjectListProps{List: make([]views.ProjectRow, 2), Page: views.Page{Admin: true, Projects: make([]string, 2)}}, evil)),
		"account":   views.Account(filled(views.AccountProps{Err: wrong}, evil)),
		"sessions":  views.SessionList(filled(views.SessionListProps{List: make([]faas.Session, 2)}, evil)),
		"people":    views.PersonList(filled(views.PersonListProps{List: faas.List[faas.Person]{Items: make([]faas.Person, 2)}, Err: wrong}, evil)),
		"person":    views.PersonPage(filled(views.PersonProps{Sessions: make([]faas.Session, 2), Err: wrong}, evil)),
		"members":   views.MemberList(filled(views.MemberListProps{Page: views.Page{Role: faas.Owner}, List: faas.List[faas.Member]{Items: make([]faas.Member, 2)}, Err: wrong}, evil)),
		"seen":      views.MemberList(filled(views.MemberListProps{List: faas.List[faas.Member]{Items: make([]faas.Member, 2)}}, evil)),
		"remove":    views.MemberRemove(filled(views.MemberRemoveProps{Err: wrong}, evil)),
		"tokens":    views.TokenList(tokens),
		"made":      views.TokenMade(made),
		"protected": views.ProtectedTags(filled(views.ProtectedTagsProps{Page: views.Page{Role: faas.Owner}, Err: wrong}, evil)),
		"record":    views.ActivityPage(record),
		"history":   views.FunctionPage(f),
		"refused":   views.ErrorPage(filled(views.ErrorProps{Err: &faas.Error{Kind: faas.Unauthenticated}}, evil)),
	}
}

func hostileForm(source faas.OriginKind, evil string) views.VersionNewProps {
	p := views.VersionNewProps{
		Base: &faas.Version{}, Upload: &faas.Upload{}, Object: &faas.ObjectInfo{}, Buckets: make([]string, 1), Tags: make([]faas.Tag, 1),
		Copy: views.CopyPicker{Found: make([]faas.VersionRow, 2), Chosen: &faas.Version{}, Functions: make([]string, 1)},
		Err:  faas.Invalidf("tags", ""), Limits: faas.DefaultLimits(),
	}
	p.Form.Environment = make([]views.EnvironmentRow, 2)
	p = filled(p, evil)
	p.Source = source
	return p
}

// filled puts the text into every string that can be reached, but for the few that are not text: states and kinds.
func filled[T any](props T, evil string) T {
	fill(reflect.ValueOf(&props).Elem(), evil)
	return props
}

func fill(v reflect.Value, evil string) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() != reflect.TypeFor[faas.OperationState]() && v.CanSet() {
			v.SetString(evil)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			fill(v.Elem(), evil)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), evil)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), evil)
		}
	case reflect.Map:
		if v.CanSet() && v.Type().Key().Kind() == reflect.String && v.Type().Elem().Kind() == reflect.String {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			key.SetString(evil)
			value.SetString(evil)
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(key, value)
		}
	}
}

// A stored environment value is on no page, not even in an attribute.
func TestEnvironmentValuesAreNeverShown(t *testing.T) {
	const secret = "canary-secret"
	for name, c := range everyPage() {
		if strings.Contains(string(render(t, c)), secret) {
			t.Errorf("%s shows the value of an environment variable", name)
		}
	}
	if got := text(one(t, parse(t, everyPage()["version"]), "dd:has(code:contains(TAX_TOKEN))")); got != "TAX_TOKEN ••••••••value hidden Reveal TAX_TOKEN" {
		t.Errorf("the version's page says %q", got)
	}
}
