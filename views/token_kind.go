package views

import "strings"

// TokenKind says which of the two pages of credentials it is. Its value is the last part of their address.
type TokenKind string

// The two kinds.
const (
	Tokens     TokenKind = "tokens"
	AccessKeys TokenKind = "keys"
)

// title is the kind as a heading.
func (k TokenKind) title() string {
	if k == AccessKeys {
		return "Access keys"
	}
	return "Tokens"
}

func (k TokenKind) one() string {
	if k == AccessKeys {
		return "access key"
	}
	return "token"
}

func (k TokenKind) many() string { return strings.ToLower(k.title()) }

func (k TokenKind) article() string {
	if k == AccessKeys {
		return "An"
	}
	return "A"
}

// secretName is what the copy button copies, for those who do not see it.
func (k TokenKind) secretName() string {
	if k == AccessKeys {
		return "the secret"
	}
	return "the token"
}

func (k TokenKind) about() string {
	if k == AccessKeys {
		return "An access key is a key id and a secret (AK and SK) for programs that sign their requests, as FunctionGraph's clients do. It works in this project only, and never for more than the person it belongs to."
	}
	return "A token lets a program work in this project in your name: with curl, in a pipeline, through every API. It works in this project only, and never for more than the person it belongs to."
}

func (k TokenKind) idTitle() string {
	if k == AccessKeys {
		return "Key id"
	}
	return "Id"
}
