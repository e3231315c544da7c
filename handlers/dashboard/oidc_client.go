package dashboard

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"time"
)

// Bounds of what we say to an issuer and hear from it.
const (
	issuerPatience  = 20 * time.Second // for all that one step of a sign-in asks
	issuerAnswer    = 10 * time.Second // for one answer
	issuerDial      = 5 * time.Second
	issuerBody      = 1 << 20 // bytes
	issuerHeader    = 64 << 10
	issuerRedirects = 3
)

var (
	errIssuerBody     = errors.New("the issuer's answer has more than 1 MiB")
	errIssuerRedirect = errors.New("the issuer leads on in a way that we do not follow")
)

// newIssuerClient makes the client for issuers. The operator chooses whom it talks to, but not what comes back: everything
// that could go on for ever has a bound.
func newIssuerClient() *http.Client {
	return &http.Client{
		Timeout:       issuerAnswer,
		CheckRedirect: checkRedirect,
		Transport: bounded{&http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			DialContext:            (&net.Dialer{Timeout: issuerDial}).DialContext,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:    issuerDial,
			ResponseHeaderTimeout:  issuerAnswer,
			MaxResponseHeaderBytes: issuerHeader,
			IdleConnTimeout:        time.Minute,
			MaxIdleConnsPerHost:    2,
			ForceAttemptHTTP2:      true,
		}},
	}
}

// checkRedirect follows only what is read, and never from one scheme to another: a form that is sent on would take the
// secret along.
func checkRedirect(r *http.Request, via []*http.Request) error {
	first := via[0]
	if len(via) > issuerRedirects || first.Method != http.MethodGet || r.URL.Scheme != first.URL.Scheme {
		return errIssuerRedirect
	}
	return nil
}

// bounded is a transport whose answers end with an error when they are too long.
type bounded struct{ http.RoundTripper }

// RoundTrip sends a request and bounds the answer's body.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = &boundedBody{ReadCloser: res.Body, left: issuerBody}
	return res, nil
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errIssuerBody
	}
	return n, err
}
