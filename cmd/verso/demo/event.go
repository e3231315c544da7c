package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"verso/faas"
)

// event is one thing that somebody did in the last half year.
type event struct {
	name string // the same in every run: request id and idempotency key; what is there under it is not done again
	at   time.Time
	f    *function
	who  person

	birth       bool // makes the function; the rest is then empty
	description string
	settings    settings
	tags        []string
	kind        faas.OriginKind
	file        string // upload: its name
	object      string // bucket: its name
	code        *code  // upload and bucket
	serial      int    // of the zip
	copied      *event // copy
	trouble     trouble
}

// trouble is why a version was not made. All but cancelled are found out by the worker, so they are bucket objects'.
type trouble string

const (
	fine      trouble = ""
	mismatch  trouble = "mismatch"  // another sha-256 than expected
	misplaced trouble = "misplaced" // everything lies in a folder, so the entrypoint is not found
	vanished  trouble = "vanished"  // gone between check and fetch
	cancelled trouble = "cancelled" // so slow that somebody gave up
)

// troubles says which functions had trouble, and of which kind, just before their third version from the end.
func troubles() map[string]trouble {
	return map[string]trouble{
		"default/order-intake": vanished, "default/price-feed": mismatch, "default/log-router": misplaced,
		"billing-eu/vat-rates": misplaced, "billing-eu/sepa-export": vanished, "billing-eu/fraud-score": cancelled,
		"media-lab/thumbnail": mismatch,
	}
}

// bytes makes the package that the event hands in.
func (e *event) bytes(w *writer) ([]byte, error) {
	files, err := w.files(e.code)
	if err != nil {
		return nil, err
	}
	prefix := ""
	if e.trouble == misplaced {
		prefix = e.f.name + "/"
	}
	return zipped(files, e.serial, prefix)
}

// wantSHA256 is what the person expects of a bucket object: nothing, or something wrong.
func (e *event) wantSHA256() string {
	if e.trouble != mismatch {
		return ""
	}
	sum := sha256.Sum256([]byte(e.name))
	return hex.EncodeToString(sum[:])
}

// dice are random numbers that are the same in every run.
func dice(f *function, purpose string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, f.path(), " ", purpose)
	return rand.New(rand.NewPCG(h.Sum64(), 1))
}
