package archivetest

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"strings"
)

var le = binary.LittleEndian

// Methods, flags and attributes that the samples use.
const (
	stored   = 0
	deflated = 8

	flagDescriptor = 1 << 3
	flagUTF8       = 1 << 11

	unix         = 3 << 8
	modeFile     = 0o100644 << 16
	modeProgram  = 0o100755 << 16
	modeFolder   = 0o040755<<16 | 0x10
	full16       = 1<<16 - 1
	full32       = 1<<32 - 1
	extraZip64   = 0x0001
	extraUnicode = 0x7075
)

// header is what a zip says of an entry, in front of the data or in the directory. No value is derived from another
// when it is written, so each can lie on its own.
type header struct {
	made, need, flags, method uint16
	crc                       uint32
	packed, size              uint64 // written with 32 bits
	name                      string
	extra                     []byte
	comment                   string
	disk                      uint16
	attributes                uint32
}

// entry is an entry of an archive: header, data, descriptor, and its record in the directory.
type entry struct {
	before     []byte // bytes of nobody in front of the header
	local      header
	body       []byte // as packed
	descriptor []byte
	central    header
	unlisted   bool           // not in the directory
	shift      int64          // added to the true offset in the directory
	share      *entry         // the directory points at this one's header instead
	offset     func() uint64  // replaces the offset in the directory
	spoil      func(b []byte) // last changes to the header in front of the data
	raw        func(b []byte) // last changes to the record in the directory
}

// build is a whole archive.
type build struct {
	before  []byte   // in front of the first entry, counted in offsets
	prefix  []byte   // in front of everything, not counted in offsets
	entries []*entry // in the order of the directory
	data    []*entry // the order of the data, when it is another
	between []byte   // between entries and directory
	tail    []byte   // in the directory's end, counted in its size
	end     func(*end)
	wide    *end64
	suffix  []byte
}

// end is the end record.
type end struct {
	disk, dirDisk, here, count uint16
	size, offset               uint32
	comment                    string
	commentLength              int // when not that of the comment
}

// end64 asks for a zip64 end record and its locator; change may make them lie.
type end64 struct {
	change  func(*record64)
	locator func(*locator64)
	no      bool   // write the locator, but no record
	sign    string // instead of the record's signature
}

type record64 struct {
	length                    uint64
	disk, dirDisk             uint32
	here, count, size, offset uint64
	more                      []byte
}

type locator64 struct {
	disk   uint32
	offset uint64
	disks  uint32
}

// deflate packs a body as every tool does.
func deflate(body []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestSpeed) // the level is right, and a buffer takes everything
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

// file is an honest, stored entry.
func file(name, body string) *entry {
	h := header{
		made: unix | 20, need: 20, method: stored, crc: crc32.ChecksumIEEE([]byte(body)),
		packed: uint64(len(body)), size: uint64(len(body)), name: name, attributes: modeFile,
	}
	if !isASCII(name) {
		h.flags = flagUTF8
	}
	if strings.HasSuffix(name, "/") {
		h.attributes = modeFolder
	}
	return &entry{local: h, central: h, body: []byte(body)}
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// pack is an honest, deflated entry.
func pack(name, body string) *entry {
	return file(name, body).packed(deflate([]byte(body)))
}

// packed gives an honest, stored entry deflated data.
func (e *entry) packed(data []byte) *entry {
	e.body = data
	return e.both(func(h *header) { h.method, h.packed = deflated, uint64(len(e.body)) })
}

// both changes the two headers alike.
func (e *entry) both(change func(*header)) *entry {
	change(&e.local)
	change(&e.central)
	return e
}

// own changes the header in front of the data only.
func (e *entry) own(change func(*header)) *entry {
	change(&e.local)
	return e
}

// listed changes the record in the directory only.
func (e *entry) listed(change func(*header)) *entry {
	change(&e.central)
	return e
}

// with changes the entry.
func (e *entry) with(change func(*entry)) *entry {
	change(e)
	return e
}

// described moves CRC and sizes of an honest entry behind its data.
func (e *entry) described() *entry {
	e.both(func(h *header) { h.flags |= flagDescriptor })
	e.own(func(h *header) { h.crc, h.packed, h.size = 0, 0, 0 })
	e.descriptor = descriptor(e.central, 4, true)
	return e
}

// descriptor is the honest data descriptor, with sizes of 4 or 8 bytes.
func descriptor(h header, width int, signature bool) []byte {
	var b []byte
	if signature {
		b = append(b, "PK\x07\x08"...)
	}
	b = le.AppendUint32(b, h.crc)
	if width == 8 {
		return le.AppendUint64(le.AppendUint64(b, h.packed), h.size)
	}
	return le.AppendUint32(le.AppendUint32(b, uint32(h.packed)), uint32(h.size))
}

// field is one extra field.
func field(id uint16, data ...byte) []byte {
	b := le.AppendUint16(le.AppendUint16(nil, id), uint16(len(data)))
	return append(b, data...)
}

// wide is a zip64 field of these values.
func wide(values ...uint64) []byte {
	var b []byte
	for _, v := range values {
		b = le.AppendUint64(b, v)
	}
	return field(extraZip64, b...)
}

// unicodePath is the extra field with a second name.
func unicodePath(name, second string) []byte {
	b := le.AppendUint32([]byte{1}, crc32.ChecksumIEEE([]byte(name)))
	return field(extraUnicode, append(b, second...)...)
}

// zip is an archive of these entries.
func zip(entries ...*entry) *build { return &build{entries: entries} }

// ending changes the end record.
func (z *build) ending(change func(*end)) *build {
	z.end = change
	return z
}

// bytes writes the archive.
func (z *build) bytes() []byte {
	var b bytes.Buffer
	b.Write(z.before)
	offsets := make(map[*entry]uint64, len(z.entries))
	data := z.data
	if data == nil {
		data = z.entries
	}
	for _, e := range data {
		b.Write(e.before)
		offsets[e] = uint64(b.Len())
		if e.share == nil {
			e.writeLocal(&b)
		}
	}
	b.Write(z.between)
	start := b.Len()
	count := 0
	for _, e := range z.entries {
		if !e.unlisted {
			e.writeCentral(&b, offsets)
			count++
		}
	}
	b.Write(z.tail)
	z.writeEnd(&b, start, count)
	return append(bytes.Clone(z.prefix), b.Bytes()...)
}

func (e *entry) writeLocal(b *bytes.Buffer) {
	h := &e.local
	x := le.AppendUint16([]byte("PK\x03\x04"), h.need)
	x = le.AppendUint16(le.AppendUint16(x, h.flags), h.method)
	x = append(x, 0, 0, 0x21, 0x5b) // 2025-09-01, the same in every archive
	x = le.AppendUint32(le.AppendUint32(x, h.crc), uint32(h.packed))
	x = le.AppendUint32(x, uint32(h.size))
	x = le.AppendUint16(le.AppendUint16(x, uint16(len(h.name))), uint16(len(h.extra)))
	if e.spoil != nil {
		e.spoil(x)
	}
	b.Write(x)
	b.WriteString(h.name)
	b.Write(h.extra)
	b.Write(e.body)
	b.Write(e.descriptor)
}

func (e *entry) writeCentral(b *bytes.Buffer, offsets map[*entry]uint64) {
	h, offset := &e.central, uint64(int64(offsets[e])+e.shift)
	if e.share != nil {
		offset = offsets[e.share]
	}
	if e.offset != nil {
		offset = e.offset()
	}
	x := le.AppendUint16(le.AppendUint16([]byte("PK\x01\x02"), h.made), h.need)
	x = le.AppendUint16(le.AppendUint16(x, h.flags), h.method)
	x = append(x, 0, 0, 0x21, 0x5b)
	x = le.AppendUint32(le.AppendUint32(x, h.crc), uint32(h.packed))
	x = le.AppendUint32(x, uint32(h.size))
	x = le.AppendUint16(le.AppendUint16(x, uint16(len(h.name))), uint16(len(h.extra)))
	x = le.AppendUint16(le.AppendUint16(x, uint16(len(h.comment))), h.disk)
	x = le.AppendUint32(append(x, 0, 0), h.attributes)
	x = le.AppendUint32(x, uint32(offset))
	if e.raw != nil {
		e.raw(x)
	}
	b.Write(x)
	b.WriteString(h.name)
	b.Write(h.extra)
	b.WriteString(h.comment)
}

func (z *build) writeEnd(b *bytes.Buffer, start, count int) {
	size := b.Len() - start
	if z.wide != nil {
		z.wide.write(b, uint64(start), uint64(size), uint64(count))
	}
	e := end{here: uint16(count), count: uint16(count), size: uint32(size), offset: uint32(start), commentLength: -1}
	if z.end != nil {
		z.end(&e)
	}
	if e.commentLength < 0 {
		e.commentLength = len(e.comment)
	}
	x := le.AppendUint16(le.AppendUint16([]byte("PK\x05\x06"), e.disk), e.dirDisk)
	x = le.AppendUint16(le.AppendUint16(x, e.here), e.count)
	x = le.AppendUint32(le.AppendUint32(x, e.size), e.offset)
	b.Write(le.AppendUint16(x, uint16(e.commentLength)))
	b.WriteString(e.comment)
	b.Write(z.suffix)
}

func (w *end64) write(b *bytes.Buffer, start, size, count uint64) {
	l := locator64{offset: uint64(b.Len()), disks: 1}
	r := record64{length: 44, here: count, count: count, size: size, offset: start}
	if w.change != nil {
		w.change(&r)
	}
	if w.locator != nil {
		w.locator(&l)
	}
	if !w.no {
		x := []byte("PK\x06\x06")
		if w.sign != "" {
			x = []byte(w.sign)
		}
		x = le.AppendUint64(x, r.length)
		x = le.AppendUint16(le.AppendUint16(x, unix|45), 45)
		x = le.AppendUint32(le.AppendUint32(x, r.disk), r.dirDisk)
		x = le.AppendUint64(le.AppendUint64(x, r.here), r.count)
		b.Write(le.AppendUint64(le.AppendUint64(x, r.size), r.offset))
		b.Write(r.more)
	}
	x := le.AppendUint32([]byte("PK\x06\x07"), l.disk)
	b.Write(le.AppendUint32(le.AppendUint64(x, l.offset), l.disks))
}
