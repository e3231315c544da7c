package archive

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"verso/faas"
)

// Sizes of the fixed parts and signatures, as APPNOTE.TXT gives them.
const (
	endSize     = 22
	end64Size   = 56
	locatorSize = 20
	maxComment  = 1<<16 - 1
	sentinel16  = 1<<16 - 1
	sentinel32  = 1<<32 - 1
)

const (
	sigLocal      = "PK\x03\x04"
	sigCentral    = "PK\x01\x02"
	sigEnd        = "PK\x05\x06"
	sigEnd64      = "PK\x06\x06"
	sigLocator    = "PK\x06\x07"
	sigDescriptor = "PK\x07\x08"
)

var le = binary.LittleEndian

// directory says where the directory lies and how many entries it must have.
type directory struct{ offset, size, count int64 }

// tail is the last bytes of the file; start is the offset of its first byte.
type tail struct {
	data  []byte
	start int64
}

// readDirectory finds the end record and returns the directory it speaks of, which ends exactly where the end records begin.
func readDirectory(r io.ReaderAt, size int64) (directory, error) {
	n := min(size, endSize+maxComment+locatorSize+end64Size)
	t := tail{data: make([]byte, n), start: size - n}
	if err := readFull(r, t.data, t.start); err != nil {
		return directory{}, err
	}
	at, err := t.endRecord(r)
	if err != nil {
		return directory{}, err
	}
	e := t.data[at:]
	d := directory{count: int64(le.Uint16(e[10:])), size: int64(le.Uint32(e[12:])), offset: int64(le.Uint32(e[16:]))}
	disk, dirDisk, here := le.Uint16(e[4:]), le.Uint16(e[6:]), int64(le.Uint16(e[8:]))
	ends := t.start + int64(at)
	if at >= locatorSize && string(t.data[at-locatorSize:at-locatorSize+4]) == sigLocator {
		return t.zip64(at, d, disk, dirDisk, here)
	}
	switch {
	case disk != 0 || dirDisk != 0 || here != d.count:
		return d, refuse("The zip says that it is one part of several. Upload one complete zip. " + remake)
	case d.count == sentinel16 || d.size == sentinel32 || d.offset == sentinel32:
		return d, refuse("The zip's end record refers to a zip64 record that is missing. " + remake)
	}
	return d, d.check(ends, t)
}

// endRecord returns the position in the tail of the one end record that reaches the last byte of the file.
func (t tail) endRecord(r io.ReaderAt) (int, error) {
	last, exact, exacts := -1, -1, 0
	for i := 0; ; {
		k := bytes.Index(t.data[i:], []byte(sigEnd))
		if k < 0 {
			break
		}
		last = i + k
		i = last + 1
		if len(t.data)-last >= endSize && last+endSize+int(le.Uint16(t.data[last+20:])) == len(t.data) {
			exact = last
			exacts++
		}
	}
	switch {
	case last < 0:
		return 0, notZip(r, t.start+int64(len(t.data)))
	case exacts > 1, exacts == 1 && exact != last:
		return 0, refuse("The zip's comment holds a second end record, so programs would see different files. Remove the comment. " + remake)
	case exacts == 1:
		return exact, nil
	case len(t.data)-last < endSize:
		return 0, refuse("The zip is cut off: its end record is incomplete. " + resend)
	}
	if over := len(t.data) - last - endSize - int(le.Uint16(t.data[last+20:])); over > 0 {
		return 0, refuse("%s of data after the end of the zip. %s", there(int64(over)), remake)
	}
	return 0, refuse("The zip is cut off: its comment is longer than the rest of the file. " + resend)
}

// notZip tells a zip without its end from a file of another kind.
func notZip(r io.ReaderAt, size int64) error {
	var first [4]byte
	if size >= 4 {
		if err := readFull(r, first[:], 0); err != nil {
			return err
		}
	}
	if string(first[:]) == sigLocal {
		return refuse("The zip is cut off: its directory is missing. " + resend)
	}
	return refuse("This is not a zip file: it has no zip directory. Pack the function's files into a .zip, for example with 7-Zip, zip or Python.")
}

// zip64 reads the zip64 end record, which must lie between the directory and its locator and say what the end record says.
func (t tail) zip64(at int, d directory, disk, dirDisk uint16, here int64) (directory, error) {
	bad := refuse("The zip's zip64 end record and its end record do not agree. " + remake)
	loc := t.data[at-locatorSize : at]
	pos := at - locatorSize - end64Size
	if pos < 0 || le.Uint32(loc[4:]) != 0 || le.Uint32(loc[16:]) != 1 || le.Uint64(loc[8:]) != uint64(t.start)+uint64(pos) {
		return d, bad
	}
	e := t.data[pos : pos+end64Size]
	if string(e[:4]) != sigEnd64 || le.Uint64(e[4:]) != end64Size-12 || le.Uint32(e[16:]) != 0 || le.Uint32(e[20:]) != 0 {
		return d, bad
	}
	hereIn, count, size, offset := le.Uint64(e[24:]), le.Uint64(e[32:]), le.Uint64(e[40:]), le.Uint64(e[48:])
	agree := func(small int64, sentinel int64, large uint64) bool {
		return small == sentinel || uint64(small) == large
	}
	switch {
	case hereIn != count,
		!agree(int64(disk), sentinel16, 0), !agree(int64(dirDisk), sentinel16, 0),
		!agree(here, sentinel16, count), !agree(d.count, sentinel16, count),
		!agree(d.size, sentinel32, size), !agree(d.offset, sentinel32, offset):
		return d, bad
	}
	ends := t.start + int64(pos)
	if size > uint64(ends) || offset > uint64(ends) || count > uint64(ends) {
		return d, refuse("The zip's zip64 end record gives sizes beyond the end of the file. " + remake)
	}
	d = directory{offset: int64(offset), size: int64(size), count: int64(count)}
	return d, d.check(ends, t)
}

// check demands that the directory ends where the end records begin.
func (d directory) check(ends int64, t tail) error {
	gap := ends - d.offset - d.size
	if gap == 0 {
		return nil
	}
	at := ends - d.size - t.start
	if gap > 0 && at >= 0 && (d.size == 0 || bytes.HasPrefix(t.data[at:], []byte(sigCentral))) {
		return refuse("%s of data before the zip's first entry, or two zips were joined. %s", there(gap), remake)
	}
	return refuse("The zip's directory does not lie where its end record says. " + remake)
}

// checkLimits refuses a directory that is too large before anything is allocated for it.
func (d directory) checkLimits(l faas.Limits) error {
	switch {
	case d.count == 0 && d.size == 0:
		return refuse("The zip is empty. Put the function's files into it.")
	case d.count > int64(l.Entries):
		return tooLarge("The zip has %d entries; %d are allowed. Leave out what the function does not need.", d.count, l.Entries)
	case d.count > d.size/centralSize:
		return refuse("The zip's end record says %d entries, but its directory has room for fewer. %s", d.count, remake)
	case d.size > maxDirectory:
		return tooLarge("The zip's list of names takes %s; %s are allowed. Use fewer files, shorter names or shorter entry comments.", size(d.size), size(maxDirectory))
	}
	return nil
}

// readFull fills p from offset. A reader that is shorter than its size is our fault or the store's, never the user's.
func readFull(r io.ReaderAt, p []byte, offset int64) error {
	if n, err := r.ReadAt(p, offset); n < len(p) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("read package at %d: %w", offset, err)
	}
	return nil
}
