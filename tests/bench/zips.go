package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"os"
)

// zipPlan is a package to be made: so many files of so many bytes in all, which no compression makes smaller. Deflated
// as every tool does, the bytes are nearly the zip's size, and reading them costs what a real package would.
type zipPlan struct {
	files  int
	bytes  int
	stored bool // not deflated, for a zip of an exact size
}

// packedFile is a file as it stands in a zip; it is packed once and used in many zips.
type packedFile struct {
	header zip.FileHeader
	data   []byte
}

// pack makes the files of a plan.
func (p zipPlan) pack(seed uint64) ([]packedFile, error) {
	var key [32]byte
	key[0], key[1] = byte(seed), byte(seed>>8)
	source := rand.NewChaCha8(key)
	list := make([]packedFile, p.files)
	content := make([]byte, p.bytes/p.files)
	deflater, err := flate.NewWriter(nil, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	for i := range list {
		_, _ = source.Read(content) // it never fails
		f := &list[i]
		f.header = zip.FileHeader{
			Name: fmt.Sprintf("lib/part%02d/file%05d.js", i/100, i), Method: zip.Store,
			CRC32: crc32.ChecksumIEEE(content), UncompressedSize64: uint64(len(content)),
		}
		var packed bytes.Buffer
		if p.stored {
			packed.Write(content)
		} else {
			f.header.Method = zip.Deflate
			deflater.Reset(&packed)
			_, err := deflater.Write(content)
			if err := errors.Join(err, deflater.Close()); err != nil {
				return nil, err
			}
		}
		f.data = packed.Bytes()
		f.header.CompressedSize64 = uint64(len(f.data))
	}
	return list, nil
}

// writeZip writes the files with an entrypoint of its own words in front, so that every zip has a hash of its own.
func writeZip(path string, files []packedFile, words string) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := zip.NewWriter(file)
	entry, err := w.CreateHeader(&zip.FileHeader{Name: "index.js", Method: zip.Store})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(entry, "exports.handler = async () => %q;\n", words); err != nil {
		return err
	}
	for _, f := range files {
		header := f.header
		to, err := w.CreateRaw(&header)
		if err != nil {
			return err
		}
		if _, err := io.Copy(to, bytes.NewReader(f.data)); err != nil {
			return err
		}
	}
	return w.Close()
}
