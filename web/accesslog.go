package web

import (
	"log/slog"
	"net/http"
	"time"
)

// Answered tells of one request that is over. The path is there, the query is not: it may hold a search or a token.
type Answered struct {
	Request *http.Request
	Status  int
	Bytes   int64 // of the body, before the connection's own framing
	Took    time.Duration
}

// Observe calls fn once after each request, also after one whose handler panicked (that counts as 500).
func Observe(fn func(Answered)) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec, start, returned := record(w), time.Now(), false
			defer func() {
				status := rec.answered()
				if !returned && rec.status == 0 {
					status = http.StatusInternalServerError
				}
				fn(Answered{Request: r, Status: status, Bytes: rec.bytes, Took: time.Since(start)})
			}()
			next.ServeHTTP(rec, r)
			returned = true
		})
	}
}

// AccessLog writes one line for each request: faults of ours at level Error, refusals and requests that ended before
// their answer at Warn, the rest at Info.
func AccessLog(log *slog.Logger) Middleware {
	return Observe(func(a Answered) {
		ctx := a.Request.Context()
		level := levelOf(a.Status, ctx.Err() != nil)
		if !log.Enabled(ctx, level) {
			return
		}
		log.LogAttrs(ctx, level, "request",
			slog.String("method", logged(a.Request.Method)),
			slog.String("path", logged(a.Request.URL.Path)),
			slog.Int("status", a.Status),
			slog.Int64("bytes", a.Bytes),
			slog.Float64("ms", float64(a.Took.Microseconds())/1000),
			slog.String("from", ClientAddress(a.Request)),
			slog.String("id", RequestIDFrom(ctx)))
	})
}

// levelOf picks the level. Whoever sends an unknown method (501) or leaves early is no fault of ours.
func levelOf(status int, left bool) slog.Level {
	switch {
	case status >= 500 && status != http.StatusNotImplemented && !left:
		return slog.LevelError
	case status >= 400:
		return slog.LevelWarn
	}
	return slog.LevelInfo
}
