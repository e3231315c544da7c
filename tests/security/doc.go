// Package security asks a whole server what an attacker would ask, on both engines, by HTTP. Its tests bear the numbers
// of the checks that docs/security.md lists at its end, and one of them compares that list with the code. It must not
// look into a room for what can be seen from outside; what only a room can show is tested there.
package security
