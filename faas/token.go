package faas

import (
	"fmt"
	"hash/crc32"
	"regexp"
	"strings"
	"time"
)

// Token lets a program of a person work in one project.
type Token struct {
	ID        string // the public part; opens nothing
	Name      string // what it is for
	ProjectID string
	Project   string // its name
	PersonID  string
	Person    string // their name
	Role      Role   // at most this, and never more than the person has at the time
	ReadOnly  bool
	Last4     string // of the secret, to tell tokens apart
	CreatedAt time.Time
	ExpiresAt time.Time // zero for never
	UsedAt    time.Time // last use, to the minute; zero for never
	RevokedAt time.Time // zero for not
}

// Live reports whether a token still opens anything.
func (t Token) Live(now time.Time) bool {
	return t.RevokedAt.IsZero() && (t.ExpiresAt.IsZero() || now.Before(t.ExpiresAt))
}

// TokenFilter picks the tokens or access keys of one project, newest first.
type TokenFilter struct {
	ProjectID string
	PersonID  string // empty for everybody's
	Page      Page
}

// AccessKey is a pair of a key id and a secret for signed requests. Scope and life are a token's.
type AccessKey struct {
	Token         // its ID is the key id
	Secret Sealed // bound to project and key id, under the name "secret"
}

// Lifetimes of tokens that forms offer.
const (
	TokenNameRunes = 100
	TokenLifeMax   = 10 * 365 * 24 * time.Hour
)

const tokenPrefix = "t1"

var (
	tokenRE    = regexp.MustCompile(`^t1\.([a-z2-7]{16})\.([A-Za-z0-9_-]{43})([0-9a-f]{8})$`)
	tokenIDRE  = regexp.MustCompile(`^[a-z2-7]{16}$`)
	anyTokenRE = regexp.MustCompile(`t1\.[a-z2-7]{16}\.[A-Za-z0-9_-]{8,}`) // also one that lost its end: the secret may be whole
)

// IsTokenID reports whether s has the form of a token's id.
func IsTokenID(s string) bool { return tokenIDRE.MatchString(s) }

// TokenText is the token as its program sends it: t1.<id>.<secret><checksum>. The secret has 43 characters, 256 bits.
func TokenText(id, secret string) Secret {
	body := tokenPrefix + "." + id + "." + secret
	return Secret(fmt.Sprintf("%s%08x", body, crc32.ChecksumIEEE([]byte(body))))
}

// ParseToken takes a token apart. False for anything that is none, a mistyped one included.
func ParseToken(text string) (id, secret string, ok bool) {
	m := tokenRE.FindStringSubmatch(text)
	if len(m) < 3 || string(TokenText(m[1], m[2])) != text {
		return "", "", false
	}
	return m[1], m[2], true
}

// RedactTokens hides every token in a text that is about to be logged.
func RedactTokens(text string) string {
	if !strings.Contains(text, tokenPrefix+".") {
		return text
	}
	return anyTokenRE.ReplaceAllString(text, tokenPrefix+"."+masked)
}

// CheckTokenName checks the name of a new token; the field is "name".
func CheckTokenName(name string) error {
	if strings.TrimSpace(name) == "" {
		return Invalidf("name", "Say what the token is for.")
	}
	if err := checkOneLine("name", "The name", name); err != nil {
		return err
	}
	return CheckText("name", "The name", name, TokenNameRunes)
}
