package service

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"

	"verso/faas"
)

// Costs of a password's hash: argon2id with 19 MiB and two passes, the least that OWASP advises. A hash made under other
// costs is replaced at its owner's next sign-in.
const (
	hashMemory = 19 * 1024 // KiB
	hashPasses = 2
	hashLanes  = 1
	hashBytes  = 32
	saltBytes  = 16
)

// hashWaiting is how many sign-ins may wait for their turn to be hashed, for each that is being hashed.
const hashWaiting = 16

// hashTurns bounds how many passwords are hashed at once: each takes 19 MiB and a core for some 50 ms.
type hashTurns struct{ turn, queue chan struct{} }

func newHashTurns() hashTurns {
	cores := max(1, runtime.GOMAXPROCS(0))
	return hashTurns{make(chan struct{}, cores), make(chan struct{}, cores*(1+hashWaiting))}
}

// take waits for a turn; Exhausted when too many wait already.
func (h hashTurns) take(ctx context.Context) (done func(), err error) {
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, &faas.Error{Kind: faas.Exhausted, Message: "Too many people are signing in at this moment. Try again in a few seconds.", Wait: 5 * time.Second}
	}
	select {
	case h.turn <- struct{}{}:
		return func() { <-h.turn; <-h.queue }, nil
	case <-ctx.Done():
		<-h.queue
		return nil, ctx.Err()
	}
}

// hashPassword makes the text that is stored for a password, with a salt of its own.
func (s *Service) hashPassword(ctx context.Context, password faas.Secret) (string, error) {
	done, err := s.hashing.take(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails: the runtime ends the program instead
	sum := argon2.IDKey([]byte(password), salt, hashPasses, hashMemory, hashLanes, hashBytes)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$%s$%s$%s", argon2.Version, hashCosts(), b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

func hashCosts() string { return fmt.Sprintf("m=%d,t=%d,p=%d", hashMemory, hashPasses, hashLanes) }

// stored is a hash taken apart.
type storedHash struct {
	memory, passes uint32
	lanes          uint8
	salt, sum      []byte
	current        bool // made under today's costs
}

// verifyPassword compares a password with a stored hash. No hash costs as much as a wrong one, so that nobody learns by
// the clock whether a name exists.
func (s *Service) verifyPassword(ctx context.Context, hash string, password faas.Secret) (right, current bool, err error) {
	stored, known := readHash(hash)
	done, err := s.hashing.take(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	sum := argon2.IDKey([]byte(password), stored.salt, stored.passes, stored.memory, stored.lanes, uint32(len(stored.sum))) //nolint:gosec // 32 bytes, see readHash
	same := subtle.ConstantTimeCompare(sum, stored.sum) == 1
	return known && same, stored.current, nil
}

// readHash takes a stored hash apart. False for none, or for one that cannot be ours; the costs are today's then.
func readHash(text string) (storedHash, bool) {
	none := storedHash{hashMemory, hashPasses, hashLanes, make([]byte, saltBytes), make([]byte, hashBytes), true}
	parts := strings.Split(text, "$") // "", argon2id, v=19, m=…,t=…,p=…, salt, sum
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return none, false
	}
	var h storedHash
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &h.memory, &h.passes, &h.lanes); n != 3 || err != nil {
		return none, false
	}
	var saltErr, sumErr error
	h.salt, saltErr = base64.RawStdEncoding.DecodeString(parts[4])
	h.sum, sumErr = base64.RawStdEncoding.DecodeString(parts[5])
	if saltErr != nil || sumErr != nil || len(h.sum) != hashBytes || h.memory > 1<<20 || h.passes < 1 || h.lanes < 1 {
		return none, false
	}
	h.current = parts[3] == hashCosts()
	return h, true
}
