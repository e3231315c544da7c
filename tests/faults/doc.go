// Package faults treats the built program badly: it kills, pauses and stops servers in the middle of their work, lets
// clients vanish, sends what must be refused, and asks many things at once. Then it looks from the outside whether
// what was promised holds. It owns the harness for that: a client that remembers what it was answered, a slow line, and
// one check of everything (Check). It must not look into the program's rooms but through the contracts in faas.
package faults
