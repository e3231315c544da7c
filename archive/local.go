package archive

// local is what the header before an entry's data leaves open.
type local struct {
	length int64 // of the header with name and extra fields
	wide   bool  // its data descriptor has sizes of 64 bits
	sized  bool  // it gives the packed size itself, so that nobody has to search for the end
}

// readLocal compares the header before the data with the directory's record. head begins at the header and is long
// enough for the header, or it is all that there is.
func (e *entry) readLocal(head []byte) (local, fault) {
	if len(head) < localSize || string(head[:4]) != sigLocal {
		return local{}, fault{"has no header where the directory says", remake}
	}
	nameLen, extraLen := int(le.Uint16(head[26:])), int(le.Uint16(head[28:]))
	l := local{length: int64(localSize + nameLen + extraLen)}
	if l.length+e.packed > e.span || l.length > int64(len(head)) {
		return l, fault{"overlaps the next entry or the directory", remake}
	}
	differs := func(what string) fault {
		return fault{"has another " + what + " in its own header than in the zip's directory, so programs would unpack different files", remake}
	}
	switch {
	case string(head[localSize:localSize+nameLen]) != e.name:
		return l, differs("name")
	case le.Uint16(head[8:]) != e.method:
		return l, differs("method")
	case le.Uint16(head[6:]) != e.flags:
		return l, differs("set of flags")
	}
	if f := checkNeed(le.Uint16(head[4:])); f.found() {
		return l, f
	}
	x, f := readExtra(head[localSize+nameLen:l.length], e.name)
	if f.found() {
		return l, f
	}
	l.wide = x.hasZip64
	packed, size, f := localSizes(head, x)
	if f.found() {
		return l, f
	}
	l.sized = e.flags&flagDescriptor == 0 || packed == uint64(e.packed)
	// With a data descriptor each value may be left zero here; some tools know one of them and give it.
	open := func(v uint64) bool { return v == 0 && e.flags&flagDescriptor != 0 }
	crc := le.Uint32(head[14:])
	switch {
	case crc != e.crc && !open(uint64(crc)):
		return l, differs("CRC")
	case packed != uint64(e.packed) && !open(packed), size != uint64(e.size) && !open(size):
		return l, differs("size")
	}
	return l, fault{}
}

// localSizes takes the two sizes, through the zip64 field when there is one: it then holds both.
func localSizes(head []byte, x extra) (packed, size uint64, f fault) {
	packed, size = uint64(le.Uint32(head[18:])), uint64(le.Uint32(head[22:]))
	if !x.hasZip64 {
		return packed, size, fault{}
	}
	if packed != sentinel32 || size != sentinel32 || len(x.zip64) != 16 {
		return 0, 0, fault{"has a zip64 field that does not fit its own header", remake}
	}
	return le.Uint64(x.zip64[8:]), le.Uint64(x.zip64), fault{}
}

// checkDescriptor demands that the bytes between the data and the next header are this entry's data descriptor, in the
// width that a reader from front to back expects, or nothing where there is to be none.
func (e *entry) checkDescriptor(b []byte, l local) fault {
	if e.flags&flagDescriptor == 0 {
		if len(b) != 0 {
			return fault{"is followed by data that belongs to no entry", remake}
		}
		return fault{}
	}
	wrong := fault{"has a wrong data descriptor, so programs would unpack different files", remake}
	width := 4
	if l.wide {
		width = 8
	}
	signed := len(b) == 8+2*width && string(b[:4]) == sigDescriptor
	switch {
	case signed:
		b = b[4:]
	case len(b) != 4+2*width, string(b[:4]) == sigDescriptor:
		// Without the signature, a CRC that looks like one can be read in two ways.
		return wrong
	case e.method == methodStored && !l.sized && e.packed > 0:
		return wrong // nothing marks the end of the data
	}
	number := func(b []byte) uint64 {
		if width == 8 {
			return le.Uint64(b)
		}
		return uint64(le.Uint32(b))
	}
	if le.Uint32(b) != e.crc || number(b[4:]) != uint64(e.packed) || number(b[4+width:]) != uint64(e.size) {
		return wrong
	}
	return fault{}
}
