// Package blob keeps package bytes, in a local folder or in an S3-compatible store, and reads objects from the
// configured bucket connections. It owns files, spools, requests to object stores and the sentences for what can go
// wrong with them. It must not know versions, rows or rules: keys come from faas, and what bytes mean is archive's.
package blob
