package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// life is how long a token works: a duration that may be written in days; zero for ever.
type life time.Duration

// longestLife in days keeps the sum within what a duration can hold; service knows the real limit.
const longestLife = 100_000

// forEver is the word for a token without an end.
const forEver = "never"

// UnmarshalText reads 90m, 24h, 30d or never. A zero is refused: nobody means "for ever" by it.
func (l *life) UnmarshalText(text []byte) error {
	if string(text) == forEver {
		*l = 0
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if days, ok := strings.CutSuffix(string(text), "d"); ok {
		var n int
		if n, err = strconv.Atoi(days); n > longestLife {
			err = strconv.ErrRange
		}
		d = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || d <= 0 {
		return fmt.Errorf("%q is no time from now; write 90m, 24h, 30d or never", text)
	}
	*l = life(d)
	return nil
}

// duration is the time; zero for ever.
func (l life) duration() time.Duration { return time.Duration(l) }
