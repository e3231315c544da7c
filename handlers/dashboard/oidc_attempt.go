package dashboard

import (
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// attempt is one sign-in on its way to the issuer and back. It lives in a cookie of the browser that began it: the three
// secrets are random, good for one sign-in, and of no use to anybody but this browser.
type attempt struct {
	state    string // comes back with the browser
	nonce    string // comes back in the token
	verifier string // of PKCE: goes with the code
	next     string // where the sign-in leads; a page of ours or empty
}

const (
	attemptLife  = 10 * time.Minute
	attemptPart  = 43   // characters of a random secret, 256 bits
	attemptNext  = 2000 // bytes; browsers drop cookies above 4096
	attemptParts = 4
)

// newAttempt begins a sign-in. An address too long to be carried along is left out.
func newAttempt(next string) attempt {
	if len(next) > attemptNext {
		next = ""
	}
	// Each is 32 random bytes in base64.
	return attempt{oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), oauth2.GenerateVerifier(), next}
}

// isState compares what came back with what was sent.
func (a attempt) isState(state string) bool {
	return len(a.state) == attemptPart && subtle.ConstantTimeCompare([]byte(a.state), []byte(state)) == 1
}

func (a attempt) text() string {
	return strings.Join([]string{a.state, a.nonce, a.verifier, base64.RawURLEncoding.EncodeToString([]byte(a.next))}, ".")
}

// parseAttempt reads what text wrote. The zero attempt for anything else; nothing comes back to that.
func parseAttempt(text string) attempt {
	parts := strings.Split(text, ".")
	if len(parts) != attemptParts {
		return attempt{}
	}
	for _, secret := range parts[:attemptParts-1] {
		if len(secret) != attemptPart {
			return attempt{}
		}
	}
	next, err := base64.RawURLEncoding.DecodeString(parts[attemptParts-1])
	if err != nil {
		return attempt{}
	}
	return attempt{parts[0], parts[1], parts[2], nextOf(string(next))}
}

// remember puts the attempt into the browser. Lax, because it comes back from the issuer's site.
func (o *OIDC) remember(w http.ResponseWriter, a attempt) {
	http.SetCookie(w, o.cookie(a.text(), int(attemptLife.Seconds())))
}

// recall finds the attempt of this browser.
func (o *OIDC) recall(r *http.Request) attempt {
	cookie, err := r.Cookie(o.cookie("", 0).Name)
	if err != nil {
		return attempt{}
	}
	return parseAttempt(cookie.Value)
}

// forget makes the browser drop the attempt.
func (o *OIDC) forget(w http.ResponseWriter) { http.SetCookie(w, o.cookie("", -1)) }

func (o *OIDC) cookie(value string, age int) *http.Cookie {
	https := strings.HasPrefix(o.config.BaseURL, "https://")
	name := "verso-oidc"
	if https {
		name = "__Host-verso-oidc" // nobody else of our domain can set it
	}
	return &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: age, Secure: https, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
