package ui_test

import (
	"testing"
	"time"

	"verso/views/ui"
)

func TestAgo(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		-time.Second: "just now", 4 * time.Second: "just now", 5 * time.Second: "5 s ago", 59 * time.Second: "59 s ago",
		time.Minute: "1 min ago", 59*time.Minute + 59*time.Second: "59 min ago", time.Hour: "1 h ago",
		24*time.Hour - 1: "23 h ago", 24 * time.Hour: "1 d ago", 30*24*time.Hour - 1: "29 d ago", 30 * 24 * time.Hour: "23 Oct 2026",
	} {
		if got := ui.Ago(now.Add(-d), now); got != want {
			t.Errorf("%s ago is %q, want %q", d, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1 KiB", 1536: "1.5 KiB", 100 << 10: "100 KiB", 999 << 10: "999 KiB", 1000 << 10: "1 MiB",
		1 << 20: "1 MiB", 1234567: "1.2 MiB", 52428800: "50 MiB", 680 << 20: "680 MiB", 1 << 30: "1 GiB", 1610612736: "1.5 GiB",
	} {
		if got := ui.Size(n); got != want {
			t.Errorf("%d bytes are %q, want %q", n, got, want)
		}
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-1: "<1 ms", 900 * time.Microsecond: "<1 ms", 3 * time.Millisecond: "3 ms", 999 * time.Millisecond: "999 ms", time.Second: "1 s", 1234 * time.Millisecond: "1.2 s",
		59*time.Second + 960*time.Millisecond: "1 min", time.Minute: "1 min", 125 * time.Second: "2 min 5 s", time.Hour: "1 h", 64 * time.Minute: "1 h 4 min",
	} {
		if got := ui.Duration(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{ui.Memory(128 << 20), "128 MiB"},
		{ui.Memory(1 << 30), "1 GiB"},
		{ui.Memory(1152 << 20), "1152 MiB"},
		{ui.Number(7), "7"},
		{ui.Number(65000), "65,000"},
		{ui.Number(-1234567), "-1,234,567"},
		{ui.Count(1, "file", "files"), "1 file"},
		{ui.Count(2000, "file", "files"), "2,000 files"},
		{ui.Short("0123456789abcdef"), "0123456789ab"},
		{ui.Short("abc"), "abc"},
		{ui.Line("one", 10), "one"},
		{ui.Line("one\ntwo", 10), "one…"},
		{ui.Line("überlang", 4), "über…"},
		{ui.Line("über", 4), "über"},
		{ui.Stamp(time.Date(2026, 11, 22, 9, 0, 0, 0, time.FixedZone("", 3600))), "2026-11-22 08:00:00 UTC"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
