package db

// NewID is for tests that need ids and have no service to make them.
var NewID = newID
