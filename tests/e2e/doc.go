// Package e2e drives the built program in a real browser, the way people use it. It owns the harness for that: one
// Chromium for the whole run, one server per flow (of tests/program), people who are signed in, and the checks that hold
// on every page (nothing on the console, no policy report, no dialog, no accessibility violation, no sideways scroll). It
// must not look into the program's rooms: what a person cannot see, a flow cannot assert.
package e2e
