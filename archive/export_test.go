package archive

// Seal appends the checksum of a stored manifest.
func Seal(b []byte) []byte { return le.AppendUint32(b[:len(b):len(b)], castagnoli(b)) }
