// Command totals runs `go test -json`, shows what failed in a form that people can read, and ends with one line of
// totals. It must not change what the tests do or say.
//
//	go run ./tests/totals [-file path] -- go test's arguments [-- arguments of another run]
//
// The exit code is 1 when a test failed or a package did not build, and with CI=true also when a test was skipped.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
)

func main() {
	file := flag.String("file", "", "also write the line of totals into this file")
	flag.Parse()
	sum := &report{out: os.Stdout}
	for _, args := range split(flag.Args()) {
		if err := runTests(sum, args); err != nil {
			sum.fail("go test: " + err.Error())
		}
	}
	line := sum.close()
	if *file != "" {
		if err := os.WriteFile(*file, []byte(line+"\n"), 0o644); err != nil {
			sum.fail(err.Error())
		}
	}
	fmt.Println(line)
	if !sum.green(os.Getenv("CI") == "true") {
		os.Exit(1)
	}
}

// split cuts the arguments into runs at each "--".
func split(args []string) [][]string {
	var runs [][]string
	for len(args) > 0 {
		i := slices.Index(args, "--")
		if i < 0 {
			return append(runs, args)
		}
		if i > 0 {
			runs = append(runs, args[:i])
		}
		args = args[i+1:]
	}
	return runs
}

// runTests reads one run's events. A failure that left no event (an unknown flag, say) is an error.
func runTests(sum *report, args []string) error {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	var complaints bytes.Buffer
	cmd.Stderr = io.MultiWriter(os.Stderr, &complaints)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	failedBefore := sum.failed
	readErr := sum.read(out)
	err = cmd.Wait()
	if readErr != nil {
		return readErr
	}
	if err != nil && sum.failed == failedBefore {
		return err
	}
	return nil
}
