package blob

import (
	"fmt"
	"io/fs"
	"strings"

	"verso/faas"
)

// spoolFolder and checkName are ours; no key may begin with them.
const (
	spoolFolder = "spool"
	checkName   = "check"
)

// checkKey refuses what the program would never make. A bad key is our own fault, so the error is Internal.
func checkKey(key string) error {
	if !isKey(key) {
		return &faas.Error{Kind: faas.Internal, Err: fmt.Errorf("blob: %q is not a key", key)}
	}
	return nil
}

func isKey(key string) bool {
	first, _, _ := strings.Cut(key, "/")
	ok := fs.ValidPath(key) && len(key) <= 512 && first != "." && first != spoolFolder && first != checkName
	for _, c := range key {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.ContainsRune("/.-_", c))
	}
	return ok
}

func missing(key string, cause error) error {
	return &faas.Error{
		Kind:    faas.NotFound,
		Message: "The stored bytes are missing.",
		Err:     fmt.Errorf("blob %s: %w", key, cause),
	}
}

func wrongBytes(key, want, got string) error {
	return &faas.Error{Kind: faas.Internal, Err: fmt.Errorf("blob %s: its bytes have the sha256 %s, not %s", key, got, want)}
}

func tooLarge(limit int64) error {
	err := faas.Errorf(faas.TooLarge, "The package is larger than %s, which is the limit.", sizeText(limit))
	err.Field = "package"
	return err
}

// sizeText writes a limit as a person set it: in MiB where it is a whole number of them.
func sizeText(n int64) string {
	if n > 0 && n%faas.MiB == 0 {
		return fmt.Sprintf("%d MiB", n/faas.MiB)
	}
	return fmt.Sprintf("%d bytes", n)
}
