package worker_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"verso/worker"
)

func TestADutyThatPanicsIsTriedAgain(t *testing.T) {
	var log strings.Builder
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	rounds := 0
	worker.Every(ctx, time.Millisecond, "janitor", slog.New(slog.NewTextHandler(&log, nil)), func(context.Context) error {
		if rounds++; rounds == 3 {
			stop()
			return nil
		}
		panic("a bad file")
	})
	if rounds != 3 {
		t.Errorf("%d rounds, want 3", rounds)
	}
	for _, want := range []string{"duty panicked", "duty=janitor", "a bad file", "duty_test.go"} {
		if strings.Count(log.String(), want) < 2 {
			t.Errorf("the log says %q less than twice:\n%s", want, log.String())
		}
	}
}
