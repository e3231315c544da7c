package faults

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"verso/faas"
)

// Creation is one version to be made, as a client says it.
type Creation struct {
	Key        string // idempotency key
	Kind       faas.OriginKind
	Zip        []byte // upload
	Object     string // bucket; the connection is called "objects"
	Copy       int64  // copy: number of a version of the same function
	Entrypoint string // empty for index.handler
	SHA256     string // of the bytes that the version must have
}

// Answer is what a client was told.
type Answer struct {
	Status    int
	Operation string // path of the operation; empty when there is none
	Text      string // of the page, as a person reads it
}

// Client speaks to a server as a browser without script does, but for its token.
type Client struct {
	URL   string // of the server
	Token string // sent with every request
	HTTP  *http.Client
}

// Client returns a client of the server as it runs now.
func (s *Server) Client() *Client { return NewClient(s.URL, s.Token()) }

// NewClient returns a client that follows no redirect and keeps its connections.
func NewClient(url, token string) *Client {
	return &Client{URL: url, Token: token, HTTP: &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 100},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// CreateFunction makes a function in the default project.
func (c *Client) CreateFunction(ctx context.Context, name string) error {
	body := strings.NewReader(url.Values{"name": {name}}.Encode())
	a, err := c.do(ctx, http.MethodPost, "/projects/default/functions", "application/x-www-form-urlencoded", body, int64(body.Len()))
	if err == nil && a.Status != http.StatusSeeOther {
		err = fmt.Errorf("create the function %s: status %d: %.300s", name, a.Status, a.Text)
	}
	return err
}

// Create sends the form for a new version.
func (c *Client) Create(ctx context.Context, function string, v Creation) (Answer, error) {
	var zip io.Reader
	if v.Kind == faas.FromUpload {
		zip = bytes.NewReader(v.Zip)
	}
	return c.Send(ctx, function, v, zip, int64(len(v.Zip)))
}

// Send is Create with the package from a reader, for packages that are not in memory or are not to arrive whole.
func (c *Client) Send(ctx context.Context, function string, v Creation, zip io.Reader, size int64) (Answer, error) {
	head, tail := v.form()
	body, length := io.Reader(strings.NewReader(head+tail)), int64(len(head)+len(tail))
	if zip != nil {
		head += "--" + boundary + "\r\nContent-Disposition: form-data; name=\"package\"; filename=\"package.zip\"\r\nContent-Type: application/zip\r\n\r\n"
		tail = "\r\n" + tail
		body, length = io.MultiReader(strings.NewReader(head), zip, strings.NewReader(tail)), int64(len(head)+len(tail))+size
	}
	return c.do(ctx, http.MethodPost, "/projects/default/functions/"+function+"/versions", "multipart/form-data; boundary="+boundary, body, length)
}

const boundary = "faults-0c1f9e5a7b3d"

// form writes the values, which come before the file, and what ends the form.
func (v Creation) form() (head, tail string) {
	entrypoint := v.Entrypoint
	if entrypoint == "" {
		entrypoint = "index.handler"
	}
	fields := [][2]string{
		{"key", v.Key},
		{"source", string(v.Kind)},
		{"runtime", "nodejs22"},
		{"entrypoint", entrypoint},
		{"memory", "128"},
		{"timeout", "3"},
		{"description", "made by a test of faults"},
	}
	switch v.Kind {
	case faas.FromBucket:
		fields = append(fields, [2]string{"bucket", "objects"}, [2]string{"object", v.Object})
	case faas.FromCopy:
		fields = append(fields, [2]string{"copy", strconv.FormatInt(v.Copy, 10)})
	}
	var b strings.Builder
	for _, f := range fields {
		fmt.Fprintf(&b, "--%s\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", boundary, f[0], f[1])
	}
	return b.String(), "--" + boundary + "--\r\n"
}

// Status is an operation as its card shows it.
type Status struct {
	State  faas.OperationState
	Number int64  // of the version made
	SHA256 string // of its package
	Cause  string // of a failure
}

var (
	cardState  = regexp.MustCompile(`data-state="(\w+)"`)
	cardNumber = regexp.MustCompile(`/versions/(\d+)">#`)
	cardSHA    = regexp.MustCompile(`data-sha256="([0-9a-f]{64})"`)
	cardCause  = regexp.MustCompile(`(?s)<p class="cause">(.*?)</p>`)
)

// Operation asks for an operation's card.
func (c *Client) Operation(ctx context.Context, path string) (Status, error) {
	a, err := c.do(ctx, http.MethodGet, path, "", nil, 0)
	if err != nil {
		return Status{}, err
	}
	state := cardState.FindStringSubmatch(a.Text)
	if a.Status != http.StatusOK || state == nil {
		return Status{}, fmt.Errorf("%s: status %d: %.300s", path, a.Status, a.Text)
	}
	s := Status{State: faas.OperationState(state[1]), SHA256: first(cardSHA, a.Text), Cause: first(cardCause, a.Text)}
	s.Number, _ = strconv.ParseInt(first(cardNumber, a.Text), 10, 64) // there is none before the end
	return s, nil
}

func first(pattern *regexp.Regexp, text string) string {
	if found := pattern.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// Follow polls an operation until it has ended.
func (c *Client) Follow(ctx context.Context, path string) (Status, error) {
	for {
		s, err := c.Operation(ctx, path)
		if err != nil || s.State.Done() {
			return s, err
		}
		select {
		case <-ctx.Done():
			return s, fmt.Errorf("%s is still %s: %w", path, s.State, ctx.Err())
		case <-time.After(30 * time.Millisecond):
		}
	}
}

func (c *Client) do(ctx context.Context, method, path, kind string, body io.Reader, length int64) (Answer, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.URL+path, body)
	if err != nil {
		return Answer{}, err
	}
	r.ContentLength = length
	r.Header.Set("Authorization", "Bearer "+c.Token)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	response, err := c.HTTP.Do(r)
	if err != nil {
		return Answer{}, err
	}
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // what was read is whole or err says why not
	a := Answer{Status: response.StatusCode, Text: html.UnescapeString(string(text))}
	if to := response.Header.Get("Location"); strings.HasPrefix(to, "/operations/") {
		a.Operation = to
	}
	return a, err
}

// problems is the part of a page that says what is wrong.
func problems(a Answer) string {
	_, after, _ := strings.Cut(a.Text, `id="problems"`)
	return after
}
