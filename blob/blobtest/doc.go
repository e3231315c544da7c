// Package blobtest holds what every blob store must pass, and starts a real S3-speaking server for the tests of any
// room. It must not be imported by the program.
package blobtest
