//go:build race

package db_test

// raceDetector tells tests without any concurrency in them that they would only be slow.
const raceDetector = true
