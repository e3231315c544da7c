package main

import (
	"fmt"
	"strconv"
	"strings"

	"verso/faas"
)

// size is a number of bytes that is written with a unit: 50MiB.
type size int64

var units = []struct {
	suffix string
	bytes  int64
}{{"GiB", faas.GiB}, {"MiB", faas.MiB}, {"KiB", faas.KiB}, {"B", 1}, {"", 1}}

// UnmarshalText reads a whole number with an optional unit: B, KiB, MiB or GiB.
func (s *size) UnmarshalText(text []byte) error {
	for _, u := range units {
		digits, ok := strings.CutSuffix(string(text), u.suffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(digits), 10, 64)
		if err != nil || n < 0 || n > (1<<62)/u.bytes {
			return fmt.Errorf("%q is not a size; write 50MiB, 1GiB or a number of bytes", text)
		}
		*s = size(n * u.bytes)
		return nil
	}
	return nil
}

// String writes the size in the largest unit that leaves a whole number.
func (s size) String() string {
	for _, u := range units {
		if int64(s)%u.bytes == 0 && int64(s) >= u.bytes {
			return strconv.FormatInt(int64(s)/u.bytes, 10) + " " + u.suffix
		}
	}
	return "0 B"
}
