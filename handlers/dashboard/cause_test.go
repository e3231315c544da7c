package dashboard_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"verso/faas"
	"verso/handlers/dashboard"
	"verso/web"
)

func TestTheLogTellsWhyAnAnswerFailed(t *testing.T) {
	below := errors.New("dial tcp: connection refused")
	down := &faas.Error{Kind: faas.Unavailable, Message: "The database does not answer at the moment.", Err: below}
	for name, c := range map[string]struct {
		err  error
		gone bool // the client
		want string
	}{
		"a fault of ours":        {err: below, want: "level=ERROR"},
		"not available":          {err: fmt.Errorf("read: %w", down), want: "level=WARN"},
		"it took too long":       {err: fmt.Errorf("%w: connection refused", context.DeadlineExceeded), want: "level=WARN"},
		"the client left":        {err: down, gone: true},
		"the client is at fault": {err: &faas.Error{Kind: faas.NotFound, Message: "There is nothing.", Err: below}},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			d := dashboard.New(dashboard.Config{Now: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil))})
			failing := web.Chain(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.Fail(w, r, c.err) }), web.RequestID())
			ctx, leave := context.WithCancel(t.Context())
			defer leave()
			if c.gone {
				leave()
			}
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil)
			r.Header.Set("X-Request-Id", "req-9")
			w := httptest.NewRecorder()
			failing.ServeHTTP(w, r)
			if c.want == "" && log.Len() > 0 {
				t.Errorf("the log says %s", &log)
			}
			if c.want != "" && (!strings.Contains(log.String(), c.want) || !strings.Contains(log.String(), "connection refused") || !strings.Contains(log.String(), "req-9")) {
				t.Errorf("the log says %q", &log)
			}
			if strings.Contains(w.Body.String(), "refused") {
				t.Error("the page shows the cause")
			}
		})
	}
}
