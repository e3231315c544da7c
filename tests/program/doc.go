// Package program is the built program for the tests that meet it from outside: the binary, made once for each run, and
// servers of it as processes of their own, with the people and tokens that every test needs. It must not know what a
// test wants to find out: browsers belong to tests/e2e, bad treatment to tests/faults.
package program
