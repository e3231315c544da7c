package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// sendQuestion tells the sending process what to create.
type sendQuestion struct {
	Addr  string
	Sends []send
	// Lanes is how many connections send at once; each takes the next one when it is done.
	Lanes int
	// Follow polls each operation until its version is visible before the next one is sent.
	Follow bool
}

// send is one request with a body.
type send struct {
	Method, Path string
	Lines        []string          // further header lines
	Fields       map[string]string // of a multipart form; none for a bare body
	File         string            // path of the package; empty for none
}

// sendAnswer has one entry for each send, in their order.
type sendAnswer struct {
	Answered []time.Duration // from the first byte to the end of the response
	Visible  []time.Duration // from the first byte to the poll that said so; with Follow
	Took     time.Duration
}

func playSend([]string) error { return answerOnce(sendAll) }

func sendAll(q sendQuestion) (sendAnswer, error) {
	a := sendAnswer{Answered: make([]time.Duration, len(q.Sends)), Visible: make([]time.Duration, len(q.Sends))}
	next := make(chan int, len(q.Sends))
	for i := range q.Sends {
		next <- i
	}
	close(next)
	errs := make([]error, q.Lanes)
	start := time.Now()
	var done sync.WaitGroup
	for lane := range q.Lanes {
		done.Go(func() { errs[lane] = q.lane(next, &a) })
	}
	done.Wait()
	a.Took = time.Since(start)
	return a, errors.Join(errs...)
}

// lane sends one after the other on one connection.
func (q sendQuestion) lane(next <-chan int, a *sendAnswer) error {
	w, err := dial(q.Addr)
	if err != nil {
		return err
	}
	defer w.Close()
	for i := range next {
		start := time.Now()
		got, err := w.send(q.Addr, q.Sends[i])
		if err != nil {
			return err
		}
		a.Answered[i] = time.Since(start)
		if !q.Follow {
			continue
		}
		if err := w.follow(q.Addr, got.Location, q.Sends[i].Lines); err != nil {
			return err
		}
		a.Visible[i] = time.Since(start)
	}
	return nil
}

// send sends one request. The file goes from the disk's cache to the socket without passing through this program.
func (w *wire) send(addr string, s send) (answer, error) {
	kind, head, tail := form(s.Fields, s.File != "")
	length := int64(len(head) + len(tail))
	var file *os.File
	if s.File != "" {
		var err error
		if file, err = os.Open(s.File); err != nil {
			return answer{}, err
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return answer{}, err
		}
		length += info.Size()
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n", s.Method, s.Path, addr, kind, length)
	for _, line := range s.Lines {
		b.WriteString(line + "\r\n")
	}
	b.WriteString("\r\n" + head)
	if _, err := w.Write(b.Bytes()); err != nil {
		return answer{}, err
	}
	if file != nil {
		if _, err := io.Copy(w.Conn, file); err != nil {
			return answer{}, err
		}
		if _, err := io.WriteString(w.Conn, tail); err != nil {
			return answer{}, err
		}
	}
	a, err := w.read(nil)
	if err == nil && a.Status != 200 && a.Status != 303 {
		err = fmt.Errorf("%s %s: status %d: %s", s.Method, s.Path, a.Status, complaint(a.Body))
	}
	return a, err
}

// form is what stands before and behind the file of a multipart form, as the page's script sends it: values first.
func form(fields map[string]string, file bool) (kind, head, tail string) {
	if fields == nil {
		return "application/octet-stream", "", ""
	}
	const boundary = "bench-5fd1c0a9d0f24e0b"
	var b strings.Builder
	for name, value := range fields {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", boundary, name, value)
	}
	kind, tail = "multipart/form-data; boundary="+boundary, "--"+boundary+"--\r\n"
	if !file {
		return kind, b.String() + tail, ""
	}
	fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=\"package\"; filename=\"bench.zip\"\r\nContent-Type: application/zip\r\n\r\n", boundary)
	return kind, b.String(), "\r\n" + tail
}

// complaint is what a page says is wrong, for the error: the start of its list of problems, or of the page.
func complaint(body []byte) string {
	text := string(body)
	if _, after, found := strings.Cut(text, `id="problems"`); found {
		text = after
	}
	return text[:min(len(text), 400)]
}

// follow polls an operation's card until it has succeeded.
func (w *wire) follow(addr, operation string, lines []string) error {
	ask := request(addr, operation, append([]string{fragment}, lines...)...)
	for {
		a, err := w.get(ask, nil)
		if err != nil {
			return err
		}
		switch {
		case bytes.Contains(a.Body, []byte(`data-state="succeeded"`)):
			return nil
		case bytes.Contains(a.Body, []byte(`data-state="queued"`)), bytes.Contains(a.Body, []byte(`data-state="running"`)):
			time.Sleep(500 * time.Microsecond)
		default:
			return fmt.Errorf("%s: status %d: %.400s", operation, a.Status, a.Body)
		}
	}
}

// fragment is the header line by which htmx asks.
const fragment = "HX-Request: true"
