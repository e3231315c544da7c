package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"verso/faas"
)

// passwordFlag is the only way in which a password comes: arguments can be read by everybody on the machine, and stay in
// the shell's history.
type passwordFlag struct {
	PasswordStdin bool `name:"password-stdin" help:"Read the password from standard input: one line."`
}

// read takes the password from standard input, without the line's end.
func (f passwordFlag) read(in *os.File) (faas.Secret, error) {
	if !f.PasswordStdin || isTerminal(in) {
		return "", errors.New("the password comes from standard input and is never shown: " +
			`read -rs PW; printf %s "$PW" | verso … --password-stdin`)
	}
	// One byte more than two line ends and the longest password: what is longer is refused, and not cut off.
	data, err := io.ReadAll(io.LimitReader(in, faas.PasswordBytes+3))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if strings.ContainsAny(text, "\r\n") {
		return "", errors.New("standard input has several lines; a password is one")
	}
	return faas.Secret(text), nil
}

// isTerminal reports whether somebody would see what they type.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
