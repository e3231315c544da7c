package worker

import (
	"context"
	"log/slog"
	"time"
)

// Every runs a duty now and then again after each interval, until ctx ends. A failure is logged and forgotten: the
// next round is the retry.
func Every(ctx context.Context, interval time.Duration, name string, log *slog.Logger, duty func(context.Context) error) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if err := duty(ctx); err != nil && ctx.Err() == nil {
			log.Error("duty failed", "duty", name, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
