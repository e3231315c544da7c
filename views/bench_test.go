package views_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views"
)

// A page of fifty rows is what people look at most; see docs/performance.md for what the whole answer costs.
func BenchmarkVersionList(b *testing.B) {
	bench(b, views.VersionList(views.VersionListProps{Page: page(), Function: function(), List: faas.List[faas.VersionRow]{Items: versions(50), Next: "k", Prev: "k"}}))
}

func BenchmarkFunctionList(b *testing.B) {
	bench(b, views.FunctionList(views.FunctionListProps{Page: page(), List: faas.List[faas.FunctionRow]{Items: functions(50), Next: "k", Prev: "k"}}))
}

func BenchmarkOperationCard(b *testing.B) {
	bench(b, views.OperationCard(views.OperationProps{Page: page(), Operation: operation(faas.Running)}))
}

func BenchmarkVersionPage(b *testing.B) {
	bench(b, views.VersionPage(views.VersionProps{Page: page(), Function: function(), Version: version(), Manifest: manifest(65000)}))
}

func bench(b *testing.B, c templ.Component) {
	var buf bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		buf.Reset()
		if err := c.Render(context.Background(), &buf); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(buf.Len()), "bytes/page")
}
