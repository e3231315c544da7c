// Package archivetest makes zip archives for tests: small honest ones (Zip, Big), and two collections, Hostile and Good,
// that every way of bringing in a package must refuse and accept. Nothing here is used outside tests.
//
// The samples are written byte by byte with a writer of its own, since no tool writes such files, and they are made
// anew on every call; nothing large is kept. Both collections hold under faas.DefaultLimits.
package archivetest
