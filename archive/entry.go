package archive

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"verso/faas"
)

const (
	localSize   = 30
	centralSize = 46
	// maxDirectory bounds what an archive's names can cost in memory. 65,000 entries with names of 180 bytes fit.
	maxDirectory = 16 * faas.MiB

	methodStored   = 0
	methodDeflated = 8

	flagDescriptor = 1 << 3
	flagUTF8       = 1 << 11
	// flagsKnown are the bits that may be set; the two lowest of them only tell how hard the compressor tried.
	flagsKnown = 1<<1 | 1<<2 | flagDescriptor | flagUTF8
)

// entry is one record of the directory after its checks.
type entry struct {
	name       string // as written
	path       string // canonical, a part of name; empty for the root folder
	offset     int64  // of the local header
	span       int64  // bytes from there to the next local header or to the directory
	packed     int64
	size       int64
	data       int64 // offset of the packed data; known after the local header was read
	crc        uint32
	method     uint16
	flags      uint16
	folder     bool
	executable bool
	sum        [32]byte // sha-256 of the content; set by the worker that read it
}

// readEntries reads the directory in one pass and returns its entries in the order of their local headers.
func readEntries(ctx context.Context, r io.ReaderAt, d directory, l faas.Limits) ([]entry, error) {
	c := &central{r: bufio.NewReaderSize(io.NewSectionReader(r, d.offset, d.size), int(min(d.size, 64<<10))), left: d.size, before: d.offset}
	entries := make([]entry, 0, d.count)
	var total int64
	for c.left > 0 {
		if len(entries)%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if int64(len(entries)) == d.count {
			return nil, refuse("The zip's directory goes on after entry number %d, which is the last by its end record. %s", d.count, remake)
		}
		e, err := c.next()
		if err != nil {
			return nil, err
		}
		if e.size > l.UnpackedBytes-total {
			return nil, tooLarge("The zip unpacks to more than %s, which is the limit. Leave out what the function does not need.", size(l.UnpackedBytes))
		}
		total += e.size
		entries = append(entries, e)
	}
	if int64(len(entries)) != d.count {
		return nil, refuse("The zip's end record says %d entries, but its directory has %d. %s", d.count, len(entries), remake)
	}
	return entries, tile(entries, d.offset)
}

// tile orders the entries by their local headers and demands that they can fill the file up to the directory without
// gap or overlap. That the bytes between are the entry's own is checked when they are read.
func tile(entries []entry, directory int64) error {
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.offset, b.offset) })
	if first := &entries[0]; first.offset != 0 {
		return refuse("%s of data before the zip's first entry %s. %s", there(first.offset), quote(first.name), remake)
	}
	for i := range entries {
		e := &entries[i]
		next := directory
		if i+1 < len(entries) {
			next = entries[i+1].offset
		}
		e.span = next - e.offset
		if e.packed > e.span-localSize-int64(len(e.name)) {
			return fault{"overlaps the next entry or the directory", remake}.of(e.name)
		}
	}
	return nil
}

// central reads the records of the directory.
type central struct {
	r      *bufio.Reader
	left   int64 // bytes of the directory not read yet
	before int64 // offset of the directory: every local header lies before it
	buf    []byte
}

// take returns the next n bytes; they are valid until the next call.
func (c *central) take(n int) ([]byte, error) {
	if int64(n) > c.left {
		return nil, refuse("The zip's directory is damaged: an entry runs over its end. " + remake)
	}
	c.left -= int64(n)
	c.buf = slices.Grow(c.buf[:0], n)[:n]
	if _, err := io.ReadFull(c.r, c.buf); err != nil {
		return nil, fmt.Errorf("read the package's directory: %w", err)
	}
	return c.buf, nil
}

func (c *central) next() (entry, error) {
	fixed, err := c.take(centralSize)
	if err != nil {
		return entry{}, err
	}
	if string(fixed[:4]) != sigCentral {
		return entry{}, refuse("The zip's directory is damaged: it holds something that is no entry. " + remake)
	}
	var h [centralSize]byte
	copy(h[:], fixed)
	nameLen, extraLen, commentLen := int(le.Uint16(h[28:])), int(le.Uint16(h[30:])), int(le.Uint16(h[32:]))
	rest, err := c.take(nameLen + extraLen + commentLen)
	if err != nil {
		return entry{}, err
	}
	e := entry{
		name:   string(rest[:nameLen]),
		flags:  le.Uint16(h[8:]),
		method: le.Uint16(h[10:]),
		crc:    le.Uint32(h[16:]),
	}
	f := e.readCentral(h[:], rest[nameLen:nameLen+extraLen], c.before)
	if f.found() {
		return e, f.of(e.name)
	}
	return e, nil
}

// readCentral fills the entry from its record and checks everything that the record alone can tell.
func (e *entry) readCentral(h, extra []byte, before int64) fault {
	var f fault
	if e.path, e.folder, f = canonical(e.name, e.flags&flagUTF8 != 0); f.found() {
		return f
	}
	if f = checkCoding(le.Uint16(h[6:]), e.flags, e.method); f.found() {
		return f
	}
	x, f := readExtra(extra, e.name)
	if f.found() {
		return f
	}
	if f = e.readSizes(h, x, before); f.found() {
		return f
	}
	made, attributes := le.Uint16(h[4:]), le.Uint32(h[38:])
	if f = checkAttributes(made, attributes, e.folder); f.found() {
		return f
	}
	e.executable = isExecutable(made, attributes) && !e.folder
	return fault{}
}

// checkCoding accepts stored and deflated data that is not encrypted and that every reader dares to read.
func checkCoding(need, flags, method uint16) fault {
	switch {
	case flags&(1<<0|1<<6|1<<13) != 0 || method == 99:
		return fault{"is encrypted", "Make the zip again without a password."}
	case flags&^flagsKnown != 0:
		return fault{fmt.Sprintf("uses a feature of the zip format that programs read differently (flags 0x%04x)", flags), remake}
	case method != methodStored && method != methodDeflated:
		return fault{
			fmt.Sprintf("is packed with method %d; only stored (0) and deflated (8) are accepted", method),
			"Make the zip again with the method Deflate.",
		}
	}
	return checkNeed(need)
}

// checkNeed refuses an entry that asks for more than zip64: unzip and Python would leave it out. The upper byte of the
// version is a system's number or nothing.
func checkNeed(need uint16) fault {
	const zip64 = 45
	if v := need & 0xff; v > zip64 {
		return fault{fmt.Sprintf("needs version %d.%d of the zip format, so programs would leave it out", v/10, v%10), remake}
	}
	return fault{}
}

// readSizes takes sizes and offset, through the zip64 field where they do not fit, and checks what must hold for them.
func (e *entry) readSizes(h []byte, x extra, before int64) fault {
	wrong := fault{"has a zip64 field that does not fit its directory record", remake}
	size, packed, offset := uint64(le.Uint32(h[24:])), uint64(le.Uint32(h[20:])), uint64(le.Uint32(h[42:]))
	rest := x.zip64
	for _, v := range []*uint64{&size, &packed, &offset} {
		if *v != sentinel32 {
			continue
		}
		if len(rest) < 8 {
			return wrong
		}
		*v, rest = le.Uint64(rest), rest[8:]
	}
	disk := uint32(le.Uint16(h[34:]))
	if disk == sentinel16 && len(rest) == 4 {
		disk, rest = le.Uint32(rest), nil
	}
	switch {
	case len(rest) != 0 || x.hasZip64 && len(x.zip64) == 0:
		return wrong
	case disk != 0:
		return fault{"lies on another part of a zip made of several", "Upload one complete zip. " + remake}
	case packed > uint64(before) || offset > uint64(before):
		return fault{"lies beyond the end of the zip's data", remake}
	case e.folder && (size != 0 || e.crc != 0):
		return fault{"is a folder with content", remake}
	case e.method == methodStored && packed != size:
		return fault{"is stored, but its two sizes differ", remake}
	}
	e.size, e.packed, e.offset = int64(min(size, math.MaxInt64)), int64(packed), int64(offset)
	return fault{}
}
