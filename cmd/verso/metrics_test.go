package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"verso/web"
)

// Each new label costs memory for as long as the server runs, so a client must not be able to make any.
func TestAClientCannotMakeLabels(t *testing.T) {
	m := newMetrics()
	answered := func(method string) {
		r := httptest.NewRequestWithContext(t.Context(), method, "/", nil)
		m.answered(web.Answered{Request: r, Status: http.StatusNotImplemented, Took: time.Millisecond})
	}
	for i := range 1000 {
		answered(fmt.Sprintf("CANARY%d", i))
	}
	answered(http.MethodPatch)
	w := httptest.NewRecorder()
	m.handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	text := w.Body.String()
	if strings.Contains(text, "CANARY") || !strings.Contains(text, `method="other",route="",status="501"} 1000`) {
		t.Errorf("the metrics are\n%s", text)
	}
	if !strings.Contains(text, `method="PATCH"`) {
		t.Error("a method of HTTP has no label of its own")
	}
}
