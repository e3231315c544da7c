// Package faas is the language everyone in the house speaks: what a function, a version, a package, a tag and an
// operation is, which values are allowed, how things go wrong, and what a store of them must promise.
//
// It uses the standard library only and does no input or output of any kind.
package faas
