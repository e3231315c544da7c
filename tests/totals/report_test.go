package main

import (
	"slices"
	"strings"
	"testing"
)

const events = `{"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestGood"}
{"Action":"output","Package":"p","Test":"TestGood","Output":"=== RUN   TestGood\n"}
{"Action":"output","Package":"p","Test":"TestGood","Output":"    good_test.go:1: quiet please\n"}
{"Action":"pass","Package":"p","Test":"TestGood","Elapsed":0.1}
{"Action":"output","Package":"p","Test":"TestBad/one","Output":"    bad_test.go:9: got 1, want 2\n"}
{"Action":"fail","Package":"p","Test":"TestBad/one"}
{"Action":"output","Package":"p","Test":"TestAway","Output":"    away_test.go:3: no browser here\n"}
{"Action":"skip","Package":"p","Test":"TestAway"}
{"Action":"fail","Package":"p","Elapsed":1.5}
`

func read(t *testing.T, text string) (*report, string) {
	t.Helper()
	var out strings.Builder
	r := &report{out: &out}
	if err := r.read(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	line := r.close()
	return r, out.String() + line
}

func TestReport(t *testing.T) {
	tests := []struct {
		name, events string
		line         string
		shows, hides []string
		green, ci    bool
	}{
		{
			name: "a mixed package", events: events, line: "1 passed, 1 failed, 1 skipped",
			shows: []string{"FAILED p TestBad/one", "got 1, want 2", "SKIPPED p TestAway: away_test.go:3: no browser here", "1 of 3 failed"},
			hides: []string{"quiet please"},
		},
		{
			name: "a skip is a failure in CI alone", line: "1 passed, 0 failed, 1 skipped", green: true,
			events: `{"Action":"pass","Package":"p","Test":"A"}` + "\n" + `{"Action":"skip","Package":"p","Test":"B"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n",
			shows:  []string{"ok ", "SKIPPED p B: no reason given"},
		},
		{
			name: "all is well", line: "1 passed, 0 failed, 0 skipped", green: true, ci: true,
			events: `{"Action":"pass","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p"}` + "\n",
		},
		{
			name: "a package that does not build", line: "0 passed, 1 failed, 0 skipped",
			events: `{"ImportPath":"p","Action":"build-output","Output":"p.go:1: syntax error\n"}` + "\n" +
				`{"Action":"output","Package":"p","Output":"FAIL p [build failed]\n"}` + "\n" + `{"Action":"fail","Package":"p","FailedBuild":"p"}` + "\n",
			shows: []string{"p.go:1: syntax error", "FAILED p"},
		},
		{
			name: "a test that hangs", line: "0 passed, 1 failed, 0 skipped",
			events: `{"Action":"output","Package":"p","Test":"TestHang","Output":"panic: test timed out\n"}` + "\n" + `{"Action":"fail","Package":"p"}` + "\n",
			shows:  []string{"TestHang did not end", "timed out"},
		},
		{name: "nothing ran", events: "", line: "0 passed, 0 failed, 0 skipped"},
		{name: "foreign lines", events: "go: downloading x\n", line: "0 passed, 0 failed, 0 skipped", shows: []string{"go: downloading x"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, out := read(t, test.events)
			if !strings.HasSuffix(out, test.line) {
				t.Errorf("the last line is not %q:\n%s", test.line, out)
			}
			for _, s := range test.shows {
				if !strings.Contains(out, s) {
					t.Errorf("%q is missing:\n%s", s, out)
				}
			}
			for _, s := range test.hides {
				if strings.Contains(out, s) {
					t.Errorf("%q is there:\n%s", s, out)
				}
			}
			if r.green(false) != test.green || r.green(true) != test.ci {
				t.Errorf("green: %v here, %v in CI; want %v, %v", r.green(false), r.green(true), test.green, test.ci)
			}
		})
	}
}

func TestSplit(t *testing.T) {
	got := split([]string{"--", "-race", "./a", "--", "./b", "--"})
	if len(got) != 2 || !slices.Equal(got[0], []string{"-race", "./a"}) || !slices.Equal(got[1], []string{"./b"}) {
		t.Errorf("got %q", got)
	}
}
