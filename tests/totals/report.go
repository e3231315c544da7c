package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// event is a line of `go test -json`; see `go doc test2json`.
type event struct {
	Action      string
	Package     string
	ImportPath  string // of build events
	Test        string
	Output      string
	Elapsed     float64 // seconds
	FailedBuild string
}

// report counts tests, subtests included, and keeps the output of those that have not ended yet.
type report struct {
	out                     io.Writer
	passed, failed, skipped int
	skips                   []string
	output                  map[string][]string // by package and test
	failedIn                map[string]int      // by package
	ranIn                   map[string]int      // by package
}

// read takes events until the end. Lines that are no event are passed on as they are.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			r.line(line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the tests' output: %w", err)
		}
	}
}

func (r *report) line(line string) {
	var e event
	if err := json.Unmarshal([]byte(line), &e); err != nil {
		r.print(line)
		return
	}
	if r.output == nil {
		r.output, r.failedIn, r.ranIn = map[string][]string{}, map[string]int{}, map[string]int{}
	}
	key := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		r.print(e.Output)
	case "output":
		r.output[key] = append(r.output[key], e.Output)
	case "pass", "fail", "skip":
		r.ended(e, key)
		delete(r.output, key)
	}
}

// ended notes the end of a test, or of a package when the event names no test.
func (r *report) ended(e event, key string) {
	if e.Test == "" {
		r.packageEnded(e, key)
		return
	}
	r.ranIn[e.Package]++
	switch e.Action {
	case "pass":
		r.passed++
	case "skip":
		r.skipped++
		r.skips = append(r.skips, key+": "+reason(r.output[key]))
	case "fail":
		r.failed++
		r.failedIn[e.Package]++
		r.print(fmt.Sprintf("\nFAILED %s\n%s", key, tidy(r.output[key])))
	}
}

// packageEnded prints a package's line. One that failed without a failed test (it did not build, panicked, or ran out
// of time) counts as one failure.
func (r *report) packageEnded(e event, key string) {
	took := fmt.Sprintf("%6.1fs", e.Elapsed)
	switch {
	case e.Action == "fail" && r.failedIn[e.Package] == 0:
		r.failed++
		r.print(fmt.Sprintf("\nFAILED %s\n%s%s", e.Package, r.unfinished(e.Package), tidy(r.output[key])))
	case e.Action == "fail":
		r.print(fmt.Sprintf("FAIL %s  %s  %d of %d failed\n", took, e.Package, r.failedIn[e.Package], r.ranIn[e.Package]))
	case r.ranIn[e.Package] > 0:
		r.print(fmt.Sprintf("ok   %s  %s  %d\n", took, e.Package, r.ranIn[e.Package]))
	}
}

// unfinished is the output of tests that never ended: the one that panicked or hung is among them.
func (r *report) unfinished(pkg string) string {
	var b strings.Builder
	for key, lines := range r.output {
		if name, ok := strings.CutPrefix(key, pkg+" "); ok && name != "" {
			fmt.Fprintf(&b, "%s did not end\n%s", name, tidy(lines))
			delete(r.output, key)
		}
	}
	return b.String()
}

// tidy leaves out the lines in which go test only names a test.
func tidy(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		if s := strings.TrimSpace(l); strings.HasPrefix(s, "=== ") || strings.HasPrefix(s, "--- PASS") {
			continue
		}
		b.WriteString(l)
	}
	return b.String()
}

// reason is the sentence a test gave for being skipped.
func reason(lines []string) string {
	for _, l := range lines {
		s := strings.TrimSpace(l)
		if s != "" && !strings.HasPrefix(s, "=== ") && !strings.HasPrefix(s, "--- ") {
			return s
		}
	}
	return "no reason given"
}

// fail notes a failure outside any test.
func (r *report) fail(sentence string) {
	r.failed++
	r.print("FAILED " + sentence + "\n")
}

// close lists the skipped tests and returns the line of totals.
func (r *report) close() string {
	for _, s := range r.skips {
		r.print("SKIPPED " + s + "\n")
	}
	return fmt.Sprintf("%d passed, %d failed, %d skipped", r.passed, r.failed, r.skipped)
}

// green reports whether all is well: something passed and nothing failed; in CI nothing may be skipped either.
func (r *report) green(ci bool) bool {
	return r.passed > 0 && r.failed == 0 && (!ci || r.skipped == 0)
}

func (r *report) print(s string) { _, _ = io.WriteString(r.out, s) }
