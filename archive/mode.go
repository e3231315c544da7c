package archive

import "fmt"

// The upper half of the external attributes is a Unix mode, whichever system the archive says it was made on: some
// readers believe it on any.
const (
	typeMask    = 0o170000
	typeFolder  = 0o040000
	typeRegular = 0o100000

	dosLabel    = 0x08 // unzip skips an entry that is a volume's name
	dosFolder   = 0x10
	dosDevice   = 0x40
	ntfsReparse = 0x400 // a link of Windows
)

// The systems on which archives are made today, by the upper byte of "version made by". Of attributes of others, such
// as the Amiga, readers think differently.
const (
	madeOnFAT    = 0
	madeOnUnix   = 3
	madeOnNTFS   = 10
	madeOnNTFS11 = 11 // Info-ZIP's and Go's number for it
	madeOnVFAT   = 14
	madeOnDarwin = 19
)

// typeName says what a file type that is refused is called.
func typeName(kind uint32) string {
	switch kind {
	case 0o010000:
		return "a pipe"
	case 0o020000:
		return "a character device"
	case 0o060000:
		return "a block device"
	case 0o120000:
		return "a symbolic link"
	case 0o140000:
		return "a socket"
	}
	return "of an unknown type"
}

// checkAttributes accepts regular files and folders whose attributes and name agree on which of the two they are.
func checkAttributes(made uint16, attributes uint32, folder bool) fault {
	kind := attributes >> 16 & typeMask
	switch made >> 8 {
	case madeOnFAT, madeOnUnix, madeOnNTFS, madeOnNTFS11, madeOnVFAT, madeOnDarwin:
	default:
		return fault{fmt.Sprintf("was packed on a system (number %d) whose attributes programs read differently", made>>8), remake}
	}
	switch {
	case attributes&ntfsReparse != 0:
		return fault{"is a link of Windows", "Put the file itself into the zip."}
	case attributes&(dosLabel|dosDevice) != 0:
		return fault{"is a volume's name or a device by its attributes; only files and folders are accepted", remake}
	case kind == typeRegular && folder, kind == typeFolder && !folder, attributes&dosFolder != 0 && !folder:
		return fault{"is a file by its name and a folder by its attributes, or the other way round", remake}
	case kind == 0 || kind == typeRegular || kind == typeFolder:
		return fault{}
	}
	return fault{"is " + typeName(kind) + "; only files and folders are accepted", "Put the file itself into the zip."}
}

// isExecutable reports whether anybody may run the file, where the archive's maker knew of such a right.
func isExecutable(made uint16, attributes uint32) bool {
	system := made >> 8
	return (system == madeOnUnix || system == madeOnDarwin) && attributes>>16&0o111 != 0
}
