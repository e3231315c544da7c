package web

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"verso/faas"
)

// Multipart is a form with at most one file, read part by part: nothing of the file is kept in memory or on disk.
type Multipart struct {
	parts  *multipart.Reader
	gate   *gate
	values url.Values
	count  int   // parts seen
	ended  bool  // the closing boundary was read
	bytes  int64 // of names and values
	file   *File
}

// File is the file of a form while it is being read.
type File struct {
	Field  string
	Name   string // the client's name for it, cleaned; data only, never a path
	reader io.Reader
}

// Read reads the file's content. Its errors have a sentence: too large, too slow, cut off.
func (f *File) Read(p []byte) (int, error) {
	n, err := f.reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = readError(err)
	}
	return n, err
}

// ReadMultipart begins to read a multipart/form-data body of at most bodyLimit bytes, file and all. It reads nothing
// yet: a wrong content type (415), a bad boundary (400) and a declared length over the limit (413) are refused first.
func ReadMultipart(r *http.Request, bodyLimit int64) (*Multipart, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return nil, WithStatus(http.StatusUnsupportedMediaType, faas.Errorf(faas.Invalid, "This address takes a form with a file (multipart/form-data)."))
	}
	if n := len(params["boundary"]); n == 0 || n > maxBoundary {
		return nil, badForm(errors.New("boundary of a wrong length"))
	}
	if err := AllowBody(r, bodyLimit); err != nil {
		return nil, err
	}
	// 64 KiB reads: mime/multipart asks for 4 KiB at a time, which would be a system call each.
	g := &gate{r: bufio.NewReaderSize(r.Body, 64<<10)}
	return &Multipart{parts: multipart.NewReader(g, params["boundary"]), gate: g, values: url.Values{}}, nil
}

// Values returns the values read so far. Those after the file are there after Rest.
func (m *Multipart) Values() url.Values { return m.values }

// File reads values up to the file and returns it for reading; nil when the form ends without one. A file field that
// was left empty in the browser does not count.
func (m *Multipart) File() (*File, error) {
	if m.file != nil {
		return nil, secondFile()
	}
	f, err := m.next()
	m.file = f
	return f, err
}

// Rest reads the form to its end, passing over what is left of the file. A second file is refused.
func (m *Multipart) Rest() error {
	if m.file != nil {
		if _, err := io.Copy(io.Discard, m.file); err != nil {
			return err
		}
	}
	f, err := m.next()
	if err != nil {
		return err
	}
	if f != nil {
		return secondFile()
	}
	return nil
}

func secondFile() error {
	return WithStatus(http.StatusBadRequest, faas.Errorf(faas.Invalid, "The form has two files; send one."))
}

// next stores values until it meets a file or the end, which is nil.
func (m *Multipart) next() (*File, error) {
	for {
		part, err := m.nextPart()
		if part == nil || err != nil {
			return nil, err
		}
		_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		if err != nil || params["name"] == "" {
			return nil, badForm(errors.New("a part has no name"))
		}
		clientName, isFile := params["filename"]
		switch {
		case !isFile:
			err = m.value(params["name"], part)
		case clientName == "":
			err = emptyFile(part)
		default:
			return &File{Field: params["name"], Name: FileName(clientName), reader: part}, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// nextPart returns the next part, or nil at the form's end. NextRawPart because NextPart decodes transfer encodings
// that no browser uses. Its plain io.EOF is the closing boundary; a body that was cut off wraps it.
func (m *Multipart) nextPart() (*multipart.Part, error) {
	if m.ended {
		return nil, nil
	}
	m.gate.close(maxPartHeader)
	part, err := m.parts.NextRawPart()
	m.gate.open()
	switch {
	case err == io.EOF:
		m.ended = true
		return nil, nil
	case err != nil:
		return nil, readError(err)
	}
	if m.count++; m.count > maxFields {
		return nil, tooManyFields()
	}
	return part, nil
}

// value reads one value within the bounds.
func (m *Multipart) value(name string, part io.Reader) error {
	raw, err := io.ReadAll(io.LimitReader(part, maxValue+1))
	if err != nil {
		return readError(err)
	}
	if len(raw) > maxValue {
		return valueTooLong(name)
	}
	if m.bytes += int64(len(name) + len(raw)); m.bytes > maxValues {
		return faas.Errorf(faas.TooLarge, "The form's fields hold more than %s.", bytesText(maxValues))
	}
	m.values.Add(name, string(raw))
	return nil
}

// emptyFile makes sure that a file without a name has no content either.
func emptyFile(part io.Reader) error {
	n, err := io.CopyN(io.Discard, part, 1)
	if n > 0 {
		return WithStatus(http.StatusBadRequest, faas.Errorf(faas.Invalid, "The form has a file without a name."))
	}
	if !errors.Is(err, io.EOF) {
		return readError(err)
	}
	return nil
}

// gate bounds how much may be read before a part's content: mime/multipart itself would take 10 MiB of headers.
type gate struct {
	r      io.Reader
	closed bool
	left   int
}

func (g *gate) close(n int) { g.closed, g.left = true, n }
func (g *gate) open()       { g.closed = false }

// Read reads no more than the gate lets through.
func (g *gate) Read(p []byte) (int, error) {
	if !g.closed {
		return g.r.Read(p)
	}
	if g.left <= 0 {
		return 0, WithStatus(http.StatusBadRequest, faas.Errorf(faas.Invalid, "A part of the form has more than %s of headers.", bytesText(maxPartHeader)))
	}
	n, err := g.r.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}
