package faults

import (
	"fmt"
	"os"
	"testing"

	"verso/tests/program"
)

func TestMain(m *testing.M) {
	if err := overlap(); err != nil {
		fmt.Fprintln(os.Stderr, "begin the tests:", err)
		os.Exit(1)
	}
	os.Exit(program.Main(m))
}
