package views_test

import (
	"errors"
	"maps"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views"
)

// everyPage renders each page in each of its states, by a name for messages.
func everyPage() map[string]templ.Component {
	viewer := page()
	viewer.Role, viewer.Notice = faas.Viewer, "The function invoice-pdf was created."
	empty := function()
	empty.LastNumber = 0
	tags := []faas.Tag{{Name: faas.Latest, Number: 43, MovedAt: now, MovedBy: "Anna"}, {Name: "prod", Number: 41, MovedAt: now, MovedBy: "Anna"}}
	limits := faas.DefaultLimits()
	all := map[string]templ.Component{
		"functions":       views.FunctionList(views.FunctionListProps{Page: page(), List: faas.List[faas.FunctionRow]{Items: functions(50), Next: "n", Prev: "p", More: true}}),
		"no functions":    views.FunctionList(views.FunctionListProps{Page: viewer}),
		"function":        views.FunctionPage(views.FunctionProps{Page: page(), Function: function(), Tags: tags, Versions: versions(10), Running: []faas.Operation{operation(faas.Running)}, Activity: audits()}),
		"empty function":  views.FunctionPage(views.FunctionProps{Page: viewer, Function: empty}),
		"new function":    views.FunctionNew(views.FunctionFormProps{Page: page(), Limits: limits}),
		"edit function":   views.FunctionEdit(views.FunctionFormProps{Page: page(), Function: function(), Form: views.FunctionFormOf(function()), Limits: limits}),
		"delete function": views.FunctionDelete(views.FunctionDeleteProps{Page: page(), Function: function(), Tags: tags[:1]}),
		"held function":   views.FunctionDelete(views.FunctionDeleteProps{Page: page(), Function: function(), Tags: tags}),
		"versions":        views.VersionList(views.VersionListProps{Page: page(), Function: function(), List: faas.List[faas.VersionRow]{Items: versions(50), Next: "n", Prev: "p"}}),
		"no versions":     views.VersionList(views.VersionListProps{Page: viewer, Function: empty}),
		"failed versions": views.VersionList(views.VersionListProps{
			Page: page(), Function: function(), Filter: faas.VersionFilter{Status: views.StatusFailed},
			Operations: faas.List[faas.Operation]{Items: []faas.Operation{operation(faas.Failed)}},
		}),
		"version":            views.VersionPage(views.VersionProps{Page: page(), Function: function(), Version: version(), Tags: []string{faas.Latest}, Manifest: manifest(200), Activity: audits()[:1]}),
		"unreadable version": views.VersionPage(views.VersionProps{Page: viewer, Function: function(), Version: version()}),
		"operations":         views.OperationList(views.OperationListProps{Page: page(), List: faas.List[faas.Operation]{Items: []faas.Operation{operation(faas.Running), operation(faas.Succeeded), operation(faas.Failed)}, Next: "n"}}),
		"no operations":      views.OperationList(views.OperationListProps{Page: page()}),
		"error":              views.ErrorPage(views.ErrorProps{Page: page(), Status: 404, Err: faas.Errorf(faas.NotFound, "There is none."), RequestID: "abc"}),
		"our fault":          views.ErrorPage(views.ErrorProps{Page: views.Page{Now: now}, Status: 500, Err: errors.New("disk"), RequestID: "abc"}),
	}
	for _, source := range faas.OriginKinds() {
		all["new version by "+string(source)] = views.VersionNew(newVersion(source))
	}
	for _, state := range []faas.OperationState{faas.Queued, faas.Running, faas.Succeeded, faas.Failed, faas.Cancelled} {
		row := versions(1)[0]
		all["operation "+string(state)] = views.OperationPage(views.OperationProps{Page: page(), Operation: operation(state), Version: &row})
	}
	all["first version"] = views.VersionNew(views.VersionNewProps{
		Page: page(), Function: empty, Source: faas.FromUpload, Form: views.FirstVersionForm(limits), Limits: limits,
	})
	maps.Copy(all, peoplePages())
	return all
}
