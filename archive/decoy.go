package archive

import "bytes"

// decoyLength is the part of a data descriptor that decoyScan compares: signature, CRC, low half of the packed size.
const decoyLength = 12

// decoyScan searches stored data whose size is not given in front for what a reader from front to back would take for
// the data's end: the signature of a data descriptor, any CRC, and as packed size exactly the bytes before it.
type decoyScan struct {
	after []byte // the true data descriptor, into which a decoy may reach
	seen  int64
	keep  []byte // the last bytes seen, too few for a decoy
}

// found looks at the next bytes of the data.
func (d *decoyScan) found(b []byte) bool {
	start := d.seen - int64(len(d.keep))
	d.keep = append(d.keep, b[:min(len(b), decoyLength-1)]...)
	seam := d.keep
	if search(seam, start) || search(b, d.seen) {
		return true
	}
	d.seen += int64(len(b))
	if len(b) >= decoyLength {
		seam = b
	}
	d.keep = append(d.keep[:0], seam[max(0, len(seam)-decoyLength+1):]...)
	return false
}

// end looks at the seam between the data and its descriptor.
func (d *decoyScan) end() bool { return d.found(d.after[:min(len(d.after), decoyLength-1)]) }

// search looks for a decoy in b, whose first byte is the data's byte number start.
func search(b []byte, start int64) bool {
	for i := 0; ; i++ {
		k := bytes.Index(b[i:], []byte(sigDescriptor))
		if k < 0 || i+k+decoyLength > len(b) {
			return false
		}
		if i += k; int64(le.Uint32(b[i+8:])) == (start+int64(i))&sentinel32 {
			return true
		}
	}
}
