package archive

import (
	"context"
	"io"
)

// source gives out the packed bytes of one entry, and not one more: first what is in memory, then what it reads through
// the buffer. It is an io.ByteReader so that the inflater takes no byte beyond the end of its stream.
type source struct {
	ctx  context.Context
	r    io.ReaderAt
	buf  []byte // for refills
	have []byte // in memory; the first pos bytes are given out
	pos  int
	next int64 // offset of the first byte not read
	left int64 // bytes of the entry not read
	err  error // of the file or the context, never of the data
}

// open begins an entry of which the first bytes are in memory; next and left tell of the others.
func (s *source) open(have []byte, next, left int64) {
	s.have, s.pos, s.next, s.left, s.err = have, 0, next, left, nil
}

// rest is how many packed bytes have not been given out.
func (s *source) rest() int64 { return s.left + int64(len(s.have)-s.pos) }

// fill reads on when all that was in memory is given out. It returns io.EOF at the end of the entry.
func (s *source) fill() error {
	if s.pos < len(s.have) {
		return nil
	}
	if s.left == 0 {
		return io.EOF
	}
	if s.err = s.ctx.Err(); s.err != nil {
		return s.err
	}
	n := min(s.left, int64(len(s.buf)))
	if s.err = readFull(s.r, s.buf[:n], s.next); s.err != nil {
		return s.err
	}
	s.open(s.buf[:n], s.next+n, s.left-n)
	return nil
}

// chunk gives out all that is in memory, and reads on first where that is nothing.
func (s *source) chunk() ([]byte, error) {
	if err := s.fill(); err != nil {
		return nil, err
	}
	b := s.have[s.pos:]
	s.pos = len(s.have)
	return b, nil
}

// Read gives out bytes as io.Reader says.
func (s *source) Read(p []byte) (int, error) {
	if err := s.fill(); err != nil {
		return 0, err
	}
	n := copy(p, s.have[s.pos:])
	s.pos += n
	return n, nil
}

// ReadByte gives out one byte.
func (s *source) ReadByte() (byte, error) {
	if s.pos == len(s.have) {
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
	b := s.have[s.pos]
	s.pos++
	return b, nil
}
