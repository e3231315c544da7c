package archive

import "hash/crc32"

// Extra fields that change what a reader sees. All others (times, owners, alignment) are let through unread.
const (
	extraZip64       = 0x0001
	extraPKWareUnix  = 0x000d // may name a link's target behind its twelve fixed bytes
	extraStrong      = 0x0017 // strong encryption
	extraLibarchive  = 0x6c78 // attributes for readers that read from front to back
	extraUnicodePath = 0x7075 // another name
	extraXceed       = 0x554e // another name
	extraZipIt       = 0x2605 // another name
	extraZipItShort  = 0x2705 // another kind of file
	extraASiUnix     = 0x756e // mode and link target
	extraAES         = 0x9901
)

// extra is what the extra fields of one header hold that matters.
type extra struct {
	zip64    []byte
	hasZip64 bool
}

// readExtra walks the extra fields of a header. Every byte must belong to a field.
func readExtra(b []byte, name string) (extra, fault) {
	var x extra
	var hasPath bool
	secondName := fault{"has a second name in an extra field, so programs would unpack different files", remake}
	for len(b) > 0 {
		if len(b) < 4 || int(le.Uint16(b[2:])) > len(b)-4 {
			return x, fault{"has a damaged extra field", remake}
		}
		id, n := le.Uint16(b), int(le.Uint16(b[2:]))
		data := b[4 : 4+n]
		b = b[4+n:]
		switch id {
		case extraZip64:
			if x.hasZip64 {
				return x, fault{"has two zip64 fields", remake}
			}
			x.zip64, x.hasZip64 = data, true
		case extraXceed, extraZipIt, extraZipItShort:
			return x, secondName
		case extraUnicodePath:
			if hasPath || !samePath(data, name) {
				return x, secondName
			}
			hasPath = true
		case extraStrong, extraAES:
			return x, fault{"is encrypted", "Make the zip again without a password."}
		case extraLibarchive, extraASiUnix:
			return x, fault{"carries a second set of attributes in an extra field, so programs would unpack different files", remake}
		case extraPKWareUnix:
			if n > 12 {
				return x, fault{"is a link or device by its extra field", "Put the file itself into the zip."}
			}
		}
	}
	return x, fault{}
}

// samePath reports whether a Unicode path field (version 1, CRC of the name, path) only repeats the name.
func samePath(data []byte, name string) bool {
	return len(data) >= 5 && data[0] == 1 && le.Uint32(data[1:]) == crc32.ChecksumIEEE([]byte(name)) && string(data[5:]) == name
}
