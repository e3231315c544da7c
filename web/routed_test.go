package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"verso/web"
)

func TestTheMuxRefusesInTheDoorsWords(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /things", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /things", func(_ http.ResponseWriter, r *http.Request) {
		if r.Pattern != "POST /things" {
			t.Errorf("the pattern is %q", r.Pattern)
		}
	})
	h := web.Routed(mux, func(w http.ResponseWriter, r *http.Request, err error) {
		w.Header().Set("X-Door", "ours")
		web.PlainError(w, r, err)
	})
	for request, want := range map[string]struct {
		status    int
		allow, to string
	}{
		"GET /things":    {status: 200},
		"HEAD /things":   {status: 200},
		"POST /things":   {status: 200},
		"DELETE /things": {status: 405, allow: "GET, HEAD, POST"},
		"GET /nothing":   {status: 404},
		"GET //things":   {status: 307, to: "/things"},
		"PUT //nothing":  {status: 307, to: "/nothing"},
	} {
		method, path, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "http://x"+path, nil))
		ours := w.Header().Get("X-Door") == "ours"
		if w.Code != want.status || w.Header().Get("Allow") != want.allow || w.Header().Get("Location") != want.to || ours != (want.status > 400) {
			t.Errorf("%s: %d %v %q", request, w.Code, w.Header(), w.Body)
		}
		if want.status == 405 && !strings.Contains(w.Body.String(), "DELETE") {
			t.Errorf("the sentence is %q", w.Body)
		}
	}
}
