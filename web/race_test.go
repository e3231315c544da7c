//go:build race

package web_test

// flood is how many keys come: under the race detector fewer, because there it counts who touches what, not how much.
const flood = 400_000
