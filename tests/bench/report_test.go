package main

import (
	"strings"
	"testing"
)

func TestVerdict(t *testing.T) {
	tests := []struct {
		aim    aim
		figure float64
		want   string
	}{
		{aim{}, 7, ""},
		{atLeast(0.5), 0.5, "met"},
		{atLeast(0.5), 0.6, "met"},
		{atLeast(0.5), 0.4, "**missed by 20 %**"},
		{atLeast(0.5), 0.4999, "**missed by 1 %**"},
		{atMost(25, "ms"), 25, "met"},
		{atMost(25, "ms"), 3, "met"},
		{atMost(25, "ms"), 50, "**missed by 100 %**"},
	}
	for _, tt := range tests {
		if got := tt.aim.verdict(tt.figure); got != tt.want {
			t.Errorf("%q of %g: %q, want %q", tt.aim, tt.figure, got, tt.want)
		}
	}
}

func TestSignificant(t *testing.T) {
	tests := []struct {
		figure float64
		digits int
		want   string
	}{
		{0, 3, "0"},
		{0.01234, 3, "0.0123"},
		{0.9, 2, "0.90"},
		{1.255, 2, "1.3"},
		{-2.5, 3, "-2.50"},
		{12.34, 3, "12.3"},
		{273.4, 2, "270"},
		{0.0707, 2, "0.071"},
		{123456, 3, "123000"},
	}
	for _, tt := range tests {
		if got := significant(tt.figure, tt.digits); got != tt.want {
			t.Errorf("%g with %d digits: %s, want %s", tt.figure, tt.digits, got, tt.want)
		}
	}
}

func TestTableStandsBetweenItsMarks(t *testing.T) {
	r := report{engines: []string{"sqlite", "postgres"}}
	r.put("sqlite", "a page", atLeast(1), 2, "2", "30")
	r.put("postgres", "a page", atLeast(1), 0.5, "0.5", "40")
	r.put(both, "the program", aim{}, 0, "9 MB", "")
	table := r.markdown("Here.")
	for _, line := range []string{
		"Here.", "| what | aim | SQLite | CPU µs | PostgreSQL | CPU µs |",
		"| a page | ≥ 1 | 2, met | 30 | 0.5, **missed by 50 %** | 40 |", "| the program |  | 9 MB |  |  |  |",
	} {
		if !strings.Contains(table, line+"\n") {
			t.Errorf("%q is not in\n%s", line, table)
		}
	}
	text, ok := replaceTable("before\n"+tableBegin+"\nold\n"+tableEnd+"\nafter\n", table)
	if !ok || !strings.HasPrefix(text, "before\n") || !strings.HasSuffix(text, "\nafter\n") || strings.Contains(text, "old") || !strings.Contains(text, "a page") {
		t.Errorf("%v:\n%s", ok, text)
	}
	if _, ok := replaceTable("no marks", table); ok {
		t.Error("a text without marks was taken")
	}
}

func TestSpread(t *testing.T) {
	tests := []struct {
		list []float64
		want spread
	}{
		{[]float64{3}, spread{3, 3, 3}},
		{[]float64{9, 1, 2}, spread{2, 1, 9}},
		{[]float64{4, 1, 2, 9}, spread{3, 1, 9}},
	}
	for _, tt := range tests {
		if got := spreadOf(tt.list); got != tt.want {
			t.Errorf("%v: %+v, want %+v", tt.list, got, tt.want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}
