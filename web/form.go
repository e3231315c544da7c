package web

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"verso/faas"
)

// Bounds of every form. They are far above the largest form we have.
const (
	maxFields     = 1000
	maxValue      = 64 << 10 // bytes of one value
	maxValues     = 1 << 20  // bytes of all names and values
	maxPartHeader = 16 << 10 // bytes before a part's content
	maxFileName   = 255      // characters
	maxBoundary   = 70       // RFC 2046
)

// ReadForm reads a urlencoded body: at most 1,000 fields, 64 KiB a value, 1 MiB in all. Only the body is read, never
// the query. A wrong content type is 415, a malformed body 400.
func ReadForm(r *http.Request) (url.Values, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return nil, WithStatus(http.StatusUnsupportedMediaType, faas.Errorf(faas.Invalid, "This address takes a form (application/x-www-form-urlencoded)."))
	}
	if err := AllowBody(r, maxValues); err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, readError(err)
	}
	if strings.Count(string(raw), "&") >= maxFields {
		return nil, tooManyFields()
	}
	values, err := url.ParseQuery(string(raw))
	if err != nil {
		return nil, badForm(err)
	}
	for name, list := range values {
		for _, v := range list {
			if len(v) > maxValue || len(name) > maxValue {
				return nil, valueTooLong(name)
			}
		}
	}
	return values, nil
}

// CheckForm refuses with 415 a request that may change something and says that its body is no form: what another
// encoding says is never read, and nothing is done as if it had not been said. No body at all is fine.
func CheckForm(r *http.Request) error {
	said := r.Header.Get("Content-Type")
	if !unsafeMethod(r.Method) || said == "" && r.ContentLength == 0 {
		return nil
	}
	kind, _, err := mime.ParseMediaType(said)
	if err == nil && (kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data") {
		return nil
	}
	return WithStatus(http.StatusUnsupportedMediaType, faas.Errorf(faas.Invalid, "This address takes a form and nothing else."))
}

// badForm is a form that cannot be taken apart.
func badForm(err error) error {
	return WithStatus(http.StatusBadRequest, &faas.Error{Kind: faas.Invalid, Message: "The form could not be read: it is malformed or was cut off.", Err: err})
}

// readError keeps a failure that has a sentence (too large, too slow) and calls any other a malformed form.
func readError(err error) error {
	var known *faas.Error
	if errors.As(err, &known) {
		return err
	}
	return badForm(err)
}

func tooManyFields() error {
	return WithStatus(http.StatusBadRequest, faas.Errorf(faas.Invalid, "The form has more than %d fields.", maxFields))
}

func valueTooLong(name string) error {
	return faas.Invalidf(short(name), "This value is longer than %s.", bytesText(maxValue))
}
