package main

import (
	"testing"
	"time"
)

func TestLives(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90m": 90 * time.Minute, "24h": 24 * time.Hour, "30d": 720 * time.Hour, "1h30m": 90 * time.Minute, "100000d": 2_400_000 * time.Hour,
		"": 0, "0": 0, "0d": 0, "-1h": 0, "-1d": 0, "1.5d": 0, "d": 0, "forever": 0, "100001d": 0, "99999999999999999999d": 0,
	} {
		var l life
		err := l.UnmarshalText([]byte(text))
		if (err == nil) != (want > 0) || l.duration() != want {
			t.Errorf("%q is %s, error %v", text, l.duration(), err)
		}
	}
	l := life(1)
	if err := l.UnmarshalText([]byte("never")); err != nil || l.duration() != 0 {
		t.Errorf("never is %s, error %v", l.duration(), err)
	}
}
