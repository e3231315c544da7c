package archive

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"verso/faas"
)

// The stored form of a manifest, version 1:
//
//	byte     1
//	uvarint  number of files n
//	uvarint  length of the table before it is deflated
//	32·n     the sha-256 of each file, raw: they would not deflate
//	         the table, deflated
//	4        CRC-32C of everything before, little endian
//
// The table has for each file, sorted by path: how many bytes its path shares with the one before, the length of the
// rest, the rest, flags (1 executable), size, packed size, offset, method; all numbers as uvarint.
const (
	manifestVersion = 1
	manifestTrailer = 4
	flagExecutable  = 1
	// Bounds for decoding. What Inspect lists stays far below them, since maxDirectory bounds entries and names.
	maxManifestFiles = 1 << 19
	maxManifestTable = 2 * maxDirectory
	maxManifestPaths = 2 * maxDirectory
	// maxDeflateRatio is how much longer than its packed form deflated data can be.
	maxDeflateRatio = 1032
)

var (
	errManifest        = errors.New("the stored manifest is damaged")
	errManifestVersion = errors.New("the stored manifest has a version that this program does not know")
)

// EncodeManifest returns the form in which a manifest is stored. Equal manifests give equal bytes. It fails for one that
// is not sorted by path without repeats, or that holds a number or hash which cannot be.
func EncodeManifest(m faas.Manifest) ([]byte, error) {
	if len(m.Files) > maxManifestFiles {
		return nil, fmt.Errorf("encode manifest: %d files; %d are possible", len(m.Files), maxManifestFiles)
	}
	sums := make([]byte, 0, 32*len(m.Files))
	table := make([]byte, 0, 48*len(m.Files))
	previous := ""
	for i := range m.Files {
		f := &m.Files[i]
		var ok bool
		if sums, ok = appendSum(sums, f.SHA256); !ok || f.Path <= previous || f.Size < 0 || f.Packed < 0 || f.Offset < 0 {
			return nil, fmt.Errorf("encode manifest: the file %s is out of order or has impossible values", quote(f.Path))
		}
		table = appendFile(table, f, previous)
		previous = f.Path
	}
	if int64(len(table)) > maxManifestTable {
		return nil, fmt.Errorf("encode manifest: a table of %d bytes; %d are possible", len(table), maxManifestTable)
	}
	var b bytes.Buffer
	b.Grow(len(sums) + len(table)/2 + 64)
	head := binary.AppendUvarint([]byte{manifestVersion}, uint64(len(m.Files)))
	b.Write(binary.AppendUvarint(head, uint64(len(table))))
	b.Write(sums)
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(table); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return le.AppendUint32(b.Bytes(), castagnoli(b.Bytes())), nil
}

// appendSum appends a sha-256 that is given in lower-case hexadecimal.
func appendSum(b []byte, sum string) ([]byte, bool) {
	const lower = 0x20 // set in digits and lower-case letters, not in upper-case ones
	bits := byte(lower)
	for i := range len(sum) {
		bits &= sum[i]
	}
	b, err := hex.AppendDecode(b, []byte(sum))
	return b, err == nil && bits == lower && len(sum) == 2*sha256.Size
}

func appendFile(b []byte, f *faas.File, previous string) []byte {
	shared := 0
	for shared < len(previous) && shared < len(f.Path) && previous[shared] == f.Path[shared] {
		shared++
	}
	b = binary.AppendUvarint(b, uint64(shared))
	b = binary.AppendUvarint(b, uint64(len(f.Path)-shared))
	b = append(b, f.Path[shared:]...)
	b = append(b, executableByte(f.Executable))
	b = binary.AppendUvarint(b, uint64(f.Size))
	b = binary.AppendUvarint(b, uint64(f.Packed))
	b = binary.AppendUvarint(b, uint64(f.Offset))
	return binary.AppendUvarint(b, uint64(f.Method))
}

func castagnoli(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// DecodeManifest reads the stored form. Its error is never the user's fault. What it allocates is bounded, whatever the
// bytes are.
func DecodeManifest(b []byte) (faas.Manifest, error) {
	if len(b) < 1+manifestTrailer || castagnoli(b[:len(b)-manifestTrailer]) != le.Uint32(b[len(b)-manifestTrailer:]) {
		return faas.Manifest{}, errManifest
	}
	if b[0] != manifestVersion {
		return faas.Manifest{}, errManifestVersion
	}
	d := decoder{b: b[1 : len(b)-manifestTrailer]}
	count, length := d.number(maxManifestFiles), d.number(maxManifestTable)
	if d.bad || count*32 > int64(len(d.b)) {
		return faas.Manifest{}, errManifest
	}
	sums := hex.EncodeToString(d.b[:count*32])
	packed := d.b[count*32:]
	var table bytes.Buffer
	table.Grow(int(min(length, maxDeflateRatio*int64(len(packed)))) + bytes.MinRead)
	if n, err := table.ReadFrom(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), length+1)); err != nil || n != length {
		return faas.Manifest{}, errManifest
	}
	d = decoder{b: table.Bytes(), paths: maxManifestPaths}
	m := faas.Manifest{Files: make([]faas.File, count)}
	for i := range m.Files {
		d.file(&m.Files[i])
		m.Files[i].SHA256 = sums[64*i : 64*i+64]
	}
	if d.bad || len(d.b) > 0 {
		return faas.Manifest{}, errManifest
	}
	return m, nil
}

// decoder reads the table. After the first impossible value bad is set and everything reads as zero.
type decoder struct {
	b     []byte
	path  []byte // of the file before
	paths int64  // bytes of paths that may still come: shared beginnings make them longer than the table
	bad   bool
}

func (d *decoder) number(most int64) int64 {
	v, n := binary.Uvarint(d.b)
	if d.bad || n <= 0 || v > uint64(most) {
		d.bad = true
		return 0
	}
	d.b = d.b[n:]
	return int64(v)
}

func (d *decoder) take(n int64) []byte {
	if d.bad || n > int64(len(d.b)) {
		d.bad = true
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) file(f *faas.File) {
	shared := d.number(int64(len(d.path)))
	rest := d.take(d.number(maxManifestTable))
	d.paths -= shared + int64(len(rest))
	if d.bad || d.paths < 0 || !after(d.path[shared:], rest) {
		d.bad = true
		return
	}
	d.path = append(d.path[:shared], rest...)
	f.Path = string(d.path)
	f.Executable = d.number(flagExecutable) == flagExecutable
	f.Size = d.number(1<<63 - 1)
	f.Packed = d.number(1<<63 - 1)
	f.Offset = d.number(1<<63 - 1)
	f.Method = uint16(d.number(1<<16 - 1))
}

// after reports whether a path that goes on with b sorts behind one that goes on with a.
func after(a, b []byte) bool { return bytes.Compare(a, b) < 0 }
