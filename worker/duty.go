package worker

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"
)

// Every runs a duty now and then again after each interval, which is greater than zero, until ctx ends. A failure or
// panic is logged and forgotten: the next round is the retry.
func Every(ctx context.Context, interval time.Duration, name string, log *slog.Logger, duty func(context.Context) error) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := once(ctx, name, log, duty); err != nil && ctx.Err() == nil {
			log.Error("duty failed", "duty", name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// once runs the duty. A panic becomes an error: one bad file must not take the server down.
func once(ctx context.Context, name string, log *slog.Logger, duty func(context.Context) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.Error("duty panicked", "duty", name, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return duty(ctx)
}
