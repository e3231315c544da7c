//go:build !race

package web_test

const flood = 1_000_000
