package main

import (
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	got, err := parseStat("42 (a) b (c)) S 7 42 42 0 -1 4194560 1 2 3 4 100 20 3 4 20 0 5 0 99 1 2 3")
	want := stat{parent: 7, cpu: 127 * tick}
	if err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for _, line := range []string{"", "42 (x) S", "42 (x) S a b c d e f g h i j k l m n o"} {
		if _, err := parseStat(line); err == nil {
			t.Errorf("%q was read", line)
		}
	}
}

func TestParseStatus(t *testing.T) {
	got, err := parseStatus("Name:\tverso\nVmHWM:\t   30 kB\nVmRSS:\t   20 kB\nRssAnon:\t   10 kB\nThreads:\t5\n")
	want := memory{Resident: 20 << 10, Anonymous: 10 << 10, Peak: 30 << 10}
	if err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	for _, text := range []string{"", "VmRSS:\t20\n", "VmRSS:\tx kB\n"} {
		if _, err := parseStatus(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestOwnWorkIsSeen(t *testing.T) {
	before, err := cpuOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	for start := time.Now(); time.Since(start) < 20*time.Second; {
		if after, err := cpuOf(os.Getpid()); err != nil {
			t.Fatal(err)
		} else if after > before {
			return
		}
	}
	t.Error("twenty seconds of work left no trace")
}

func TestFamilyCountsChildren(t *testing.T) {
	shell := exec.Command("sh", "-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done")
	before, err := cpuOfFamily(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := shell.Run(); err != nil {
		t.Fatal(err)
	}
	after, err := cpuOfFamily(os.Getpid())
	used := shell.ProcessState.UserTime() + shell.ProcessState.SystemTime()
	if err != nil || after-before < used/2 {
		t.Errorf("the family used %s more, %v; the child alone %s", after-before, err, used)
	}
}
