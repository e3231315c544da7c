package service

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"log/slog"
	"regexp"
	"strings"

	"verso/faas"
)

// Key seals secrets. It is 32 random bytes, and shows nothing of itself but its id.
type Key [keyBytes]byte

const keyBytes = 32

// NewKey makes a key.
func NewKey() Key {
	var k Key
	_, _ = rand.Read(k[:]) // never fails: the runtime ends the program instead
	return k
}

// ID tells keys apart, in errors and beside what they seal: 8 hexadecimal digits of a hash.
func (k Key) ID() string {
	sum := sha256.Sum256(k[:])
	return hex.EncodeToString(sum[:4])
}

// String returns the id.
func (k Key) String() string { return "key " + k.ID() }

// GoString returns the id.
func (k Key) GoString() string { return k.String() }

// LogValue returns the id.
func (k Key) LogValue() slog.Value { return slog.StringValue(k.String()) }

// MarshalText returns the id, so that no encoder writes a key by accident.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Text is the key as ParseKeys reads it.
func (k Key) Text() faas.Secret { return faas.Secret(base64.StdEncoding.EncodeToString(k[:])) }

// ParseKeys reads keys, newest first: 32 bytes each in base64, separated by white space or commas. What follows a # on
// a line is a remark. The error is Invalid, and never repeats what was read.
func ParseKeys(text faas.Secret) ([]Key, error) {
	var keys []Key
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		for _, word := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n,", r) }) {
			data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(word), "="))
			if err != nil {
				return nil, faas.Errorf(faas.Invalid, "Key %d is not written in base64.", len(keys)+1)
			}
			if len(data) != keyBytes {
				return nil, faas.Errorf(faas.Invalid, "Key %d has %d bytes; a key has %d, for example of: openssl rand -base64 %d.", len(keys)+1, len(data), keyBytes, keyBytes)
			}
			keys = append(keys, Key(data))
		}
	}
	return keys, nil
}

// place is what a sealed value is bound to: elsewhere it does not open.
type place struct {
	kind    faas.SealedKind
	project string
	id      string // of the version, access key or function
	name    string
}

// sealedDraft is a value on its way through a form. It is not stored.
const sealedDraft faas.SealedKind = "draft"

// placeIn is the place of one value of a stored row. A work order's values are the version's that it makes: they are
// published as they are.
func placeIn(row faas.SealedRow, name string) place {
	kind := row.Kind
	if kind == faas.SealedOrder {
		kind = faas.SealedVersion
	}
	return place{kind, row.ProjectID, row.Place, name}
}

// bound is the place in bytes. The lengths keep two places apart whose words only join alike.
func (p place) bound() []byte {
	var b []byte
	for _, word := range []string{string(p.kind), p.project, p.id, p.name} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(word))) //nolint:gosec // names are short
		b = append(b, word...)
	}
	return b
}

// sealedRE is the text form of a sealed value: s1, key id, and nonce (12 bytes) with ciphertext and tag (16 bytes).
var sealedRE = regexp.MustCompile(`^s1\.([0-9a-f]{8})\.[A-Za-z0-9_-]{38,}$`)

// keyOf is the id of the key that a value is sealed with; false for what is not sealed.
func keyOf(v faas.Sealed) (id string, ok bool) {
	m := sealedRE.FindStringSubmatch(string(v))
	if m == nil {
		return "", false
	}
	return m[1], true
}

// sealer is a key ready for work: AES-256-GCM, a random nonce for each value.
type sealer struct {
	id   string
	aead cipher.AEAD
}

func newSealer(k Key) (sealer, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return sealer{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return sealer{k.ID(), aead}, err
}

func (s sealer) seal(at place, value faas.Secret) faas.Sealed {
	box := s.aead.Seal(nil, nil, []byte(value), at.bound())
	return faas.Sealed(sealedPrefix(s.id) + base64.RawURLEncoding.EncodeToString(box))
}

func sealedPrefix(key string) string { return "s1." + key + "." }

var errNotOurs = errors.New("the value was altered, or it was sealed for another place")

func (s sealer) open(at place, v faas.Sealed) (faas.Secret, error) {
	text, ours := strings.CutPrefix(string(v), sealedPrefix(s.id))
	if !ours {
		return "", errNotOurs
	}
	box, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return "", errNotOurs
	}
	plain, err := s.aead.Open(nil, nil, box, at.bound())
	if err != nil {
		return "", errNotOurs
	}
	return faas.Secret(plain), nil
}
