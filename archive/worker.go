package archive

import (
	"compress/flate"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
)

const inflateBytes = 64 << 10

// worker has the buffers and machines for reading one entry after another.
type worker struct {
	from    int     // index of the first entry of run
	run     []entry // neighbours that fit buf, or one entry of any size
	inVain  func() bool
	src     source
	buf     []byte
	out     []byte
	inflate io.ReadCloser // nil until the first deflated entry
	sha     hash.Hash
}

// errInVain ends work whose result nobody wants: an earlier entry's error is reported instead.
var errInVain = errors.New("an earlier entry is unsound")

func newWorker(ctx context.Context, r io.ReaderAt, buffer int64) *worker {
	buf := make([]byte, buffer)
	return &worker{src: source{ctx: ctx, r: r, buf: buf}, buf: buf, sha: sha256.New()}
}

// batch reads the worker's run. With an error it returns which entry of the run is at fault.
func (w *worker) batch() (at int, err error) {
	if err := w.src.ctx.Err(); err != nil {
		return 0, err
	}
	start := w.run[0].offset
	last := &w.run[len(w.run)-1]
	n := min(last.offset+last.span-start, int64(len(w.buf)))
	if err := readFull(w.src.r, w.buf[:n], start); err != nil {
		return 0, err
	}
	for i := range w.run {
		e := &w.run[i]
		if err := w.entry(e, w.buf[e.offset-start:min(e.offset-start+e.span, n)]); err != nil {
			return i, err
		}
	}
	return 0, nil
}

// entry checks header, data and descriptor of one entry. have is its first bytes, all of them if they fit the buffer.
func (w *worker) entry(e *entry, have []byte) error {
	l, f := e.readLocal(have)
	if f.found() {
		return f.of(e.name)
	}
	e.data = e.offset + l.length
	after, err := w.after(e, have)
	if err != nil {
		return err
	}
	if f := e.checkDescriptor(after, l); f.found() {
		return f.of(e.name)
	}
	body := have[l.length:min(l.length+e.packed, int64(len(have)))]
	w.src.open(body, e.data+int64(len(body)), e.packed-int64(len(body)))
	w.sha.Reset()
	if e.method == methodDeflated {
		return w.deflated(e)
	}
	if e.flags&flagDescriptor != 0 && !l.sized {
		return w.stored(e, &decoyScan{after: after})
	}
	return w.stored(e, nil)
}

// after returns what lies behind the entry's data, which is its data descriptor or nothing.
func (w *worker) after(e *entry, have []byte) ([]byte, error) {
	const longest = 24 // bytes of a data descriptor; one more is enough to refuse
	end := e.data + e.packed - e.offset
	n := min(e.span-end, longest+1)
	if end+n <= int64(len(have)) {
		return have[end : end+n], nil
	}
	b := make([]byte, n)
	return b, readFull(w.src.r, b, e.offset+end)
}

func (w *worker) stored(e *entry, scan *decoyScan) error {
	decoy := fault{
		"is stored without its size in front and holds what looks like its own end, so programs would unpack different files",
		"Make the zip again with the method Deflate.",
	}
	var crc uint32
	for {
		b, err := w.src.chunk()
		switch {
		case err == io.EOF && scan != nil && scan.end():
			return decoy.of(e.name)
		case err == io.EOF:
			return w.finish(e, crc)
		case err != nil:
			return err
		case w.inVain():
			return errInVain
		case scan != nil && scan.found(b):
			return decoy.of(e.name)
		}
		crc = crc32.Update(crc, crc32.IEEETable, b)
		w.sha.Write(b)
	}
}

func (w *worker) deflated(e *entry) error {
	w.resetInflate()
	var crc uint32
	var total int64
	for {
		n, err := w.inflate.Read(w.out)
		total += int64(n)
		if total > e.size {
			return fault{fmt.Sprintf("unpacks to more than the %s that the zip's directory says", size(e.size)), remake}.of(e.name)
		}
		crc = crc32.Update(crc, crc32.IEEETable, w.out[:n])
		w.sha.Write(w.out[:n])
		switch {
		case err == io.EOF:
			return w.inflated(e, total, crc)
		case w.src.err != nil:
			return w.src.err
		case err != nil:
			return fault{"is damaged: its packed data cannot be unpacked", resend}.of(e.name)
		case w.src.ctx.Err() != nil:
			return w.src.ctx.Err()
		case w.inVain():
			return errInVain
		}
	}
}

// resetInflate makes the inflater ready for the next entry.
func (w *worker) resetInflate() {
	if w.inflate == nil {
		w.inflate = flate.NewReader(&w.src)
		w.out = make([]byte, inflateBytes)
		return
	}
	// The inflater of compress/flate is a Resetter by its documentation, and without a dictionary Reset cannot fail.
	_ = w.inflate.(flate.Resetter).Reset(&w.src, nil)
}

// inflated checks what must hold once the inflater has seen the end of its stream.
func (w *worker) inflated(e *entry, total int64, crc uint32) error {
	switch {
	case total != e.size:
		return fault{fmt.Sprintf("unpacks to %s, but the zip's directory says %s", size(total), size(e.size)), remake}.of(e.name)
	case w.src.rest() != 0:
		return fault{fmt.Sprintf("has %s after the end of its packed content", size(w.src.rest())), remake}.of(e.name)
	}
	return w.finish(e, crc)
}

// finish compares the CRC and keeps the sha-256.
func (w *worker) finish(e *entry, crc uint32) error {
	if crc != e.crc {
		return fault{"is damaged: its content does not match its CRC", resend}.of(e.name)
	}
	w.sha.Sum(e.sum[:0])
	return nil
}
