package views_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views"
)

const canary = `canary`

// Whatever a person, a client or an archive can fill in, comes out as text.
func TestHostileTextStaysText(t *testing.T) {
	for _, evil := range []string{
		`"><` + canary + ` onload=x>'`, `</script><` + canary + `>`, "javascript:" + canary, `<!--<` + canary + `>`, "`{{" + canary + "}}", `' onfocus='` + canary,
	} {
		for name, c := range hostilePages(evil) {
			doc := parse(t, c)
			if list := all(doc, canary); len(list) > 0 {
				t.Errorf("%s: %q became an element", name, evil)
			}
			checkNothingInline(t, doc)
			if !strings.Contains(string(render(t, c)), canary) {
				t.Errorf("%s does not show its text at all", name)
			}
		}
	}
}

// hostilePages fills every string of the props, however deep, with the text.
func hostilePages(evil string) map[string]templ.Component {
	operations := faas.List[faas.Operation]{Items: []faas.Operation{{State: faas.Running}, {State: faas.Failed, Failure: &faas.Failure{}}, {State: faas.Succeeded, Number: 3}}}
	return map[string]templ.Component{
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
		"upload":     views.VersionNew(hostileForm(faas.FromUpload, evil)),
		"bucket":     views.VersionNew(hostileForm(faas.FromBucket, evil)),
		"copy":       views.VersionNew(hostileForm(faas.FromCopy, evil)),
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
	if got := text(one(t, parse(t, everyPage()["version"]), "dd:has(code:contains(TAX_TOKEN))")); got != "TAX_TOKEN ••••••••value hidden" {
		t.Errorf("the version's page says %q", got)
	}
}
