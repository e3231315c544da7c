package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
)

// wire is one keep-alive connection that speaks just enough HTTP/1.1. A full client would use more of the two cores
// than the servers that are measured, and would do so more on quick answers than on slow ones.
type wire struct {
	net.Conn
	in *bufio.Reader
}

// answer is a response. Body is valid until the next one.
type answer struct {
	Status   int
	Location string
	Body     []byte
}

func dial(addr string) (*wire, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &wire{Conn: c, in: bufio.NewReaderSize(c, 128<<10)}, nil
}

// request is a GET with the given header lines.
func request(addr, path string, lines ...string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "GET %s HTTP/1.1\r\nHost: %s\r\n", path, addr)
	for _, line := range lines {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// get sends a whole request and reads the response.
func (w *wire) get(request []byte, body []byte) (answer, error) {
	if _, err := w.Write(request); err != nil {
		return answer{}, err
	}
	return w.read(body)
}

var (
	lengthName   = []byte("Content-Length: ")
	locationName = []byte("Location: ")
)

// read reads a response into body, or a larger buffer. Only responses that say their length are understood: both
// servers say it.
func (w *wire) read(body []byte) (a answer, err error) {
	line, err := w.in.ReadSlice('\n')
	if err != nil {
		return a, err
	}
	if len(line) < 12 {
		return a, fmt.Errorf("unreadable status line %q", line)
	}
	if a.Status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return a, fmt.Errorf("unreadable status line %q", line)
	}
	length := -1
	for {
		line, err := w.in.ReadSlice('\n')
		if err != nil {
			return a, err
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			break
		}
		if value, ok := bytes.CutPrefix(line, lengthName); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return a, fmt.Errorf("unreadable header %q", line)
			}
		} else if value, ok := bytes.CutPrefix(line, locationName); ok {
			a.Location = string(value)
		}
	}
	if length < 0 {
		return a, errors.New("the response does not say its length")
	}
	if cap(body) < length {
		body = make([]byte, length)
	}
	a.Body = body[:length]
	_, err = io.ReadFull(w.in, a.Body)
	return a, err
}

// fetch asks once, on a connection of its own, and wants 200.
func fetch(addr, path string, lines ...string) ([]byte, error) {
	w, err := dial(addr)
	if err != nil {
		return nil, err
	}
	defer w.Close()
	a, err := w.get(request(addr, path, lines...), nil)
	if err == nil && a.Status != 200 {
		err = fmt.Errorf("GET %s: status %d", path, a.Status)
	}
	return a.Body, err
}
