package views

import (
	"time"

	"verso/faas"
)

// TokenKind says which of the two pages of credentials it is. Its value is the last part of their address.
type TokenKind string

// The two kinds.
const (
	Tokens     TokenKind = "tokens"
	AccessKeys TokenKind = "keys"
)

// TokenListProps is the page of one's tokens or access keys in a project. The fields of the form are name, role,
// read_only (1) and expires (a value of Lifetimes).
type TokenListProps struct {
	Page      Page
	Kind      TokenKind
	Everybody bool      // the query all=1: not only one's own
	At        faas.Page // the page of the list that was asked for
	List      faas.List[faas.Token]
	Form      TokenForm // NewTokenForm on the first look
	Err       error
}

// TokenForm is what the fields hold, as typed.
type TokenForm struct {
	Name     string
	Role     string
	ReadOnly bool
	Expires  string
}

// NewTokenForm is an untouched form: read only for who may only read, and for 90 days.
func NewTokenForm(role faas.Role) TokenForm {
	return TokenForm{Role: role.String(), ReadOnly: role <= faas.Viewer, Expires: "90d"}
}

// TokenMadeProps is the page that shows a new token, or a new access key's secret, this once.
type TokenMadeProps struct {
	Page  Page
	Kind  TokenKind
	Token faas.Token
	Text  faas.Secret // the token itself, or the access key's secret
}

// TokensOfKeys is a list of access keys as the page shows it: without their secrets.
func TokensOfKeys(keys faas.List[faas.AccessKey]) faas.List[faas.Token] {
	list := faas.List[faas.Token]{Next: keys.Next, Prev: keys.Prev, More: keys.More}
	for _, k := range keys.Items {
		list.Items = append(list.Items, k.Token)
	}
	return list
}

// Lifetime is one choice of how long a token is good.
type Lifetime struct {
	Value string // of the field expires
	Text  string
	Life  time.Duration // 0 for ever
}

// Lifetimes are the choices in the order of the form.
func Lifetimes() []Lifetime {
	const day = 24 * time.Hour
	return []Lifetime{
		{"1d", "1 day", day},
		{"30d", "30 days", 30 * day},
		{"90d", "90 days", 90 * day},
		{"1y", "1 year", 365 * day},
		{"never", "Never", 0},
	}
}

// LifeOf reads the field expires. Invalid on it for anything that is no choice of the form.
func LifeOf(value string) (time.Duration, error) {
	for _, l := range Lifetimes() {
		if l.Value == value {
			return l.Life, nil
		}
	}
	return 0, faas.Invalidf("expires", "Choose how long it is good.")
}
