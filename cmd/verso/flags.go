package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"verso/faas"
)

// checkFlags refuses what the server could only misunderstand.
func (c serveCommand) checkFlags() error {
	switch {
	case c.Workers < 1:
		return fmt.Errorf("--workers %d: without a worker no operation ever ends; write 1 or more", c.Workers)
	case c.JanitorEvery <= 0:
		return fmt.Errorf("--janitor-every %s: write a time greater than zero, for example 10m", c.JanitorEvery)
	case c.JanitorGrace < 0:
		return fmt.Errorf("--janitor-grace %s: write a time that is not below zero, for example 1h", c.JanitorGrace)
	case len(metricsToken()) > 0 && len(metricsToken()) < metricsTokenMin:
		return fmt.Errorf("VERSO_METRICS_TOKEN has %d characters; use at least %d", len(metricsToken()), metricsTokenMin)
	}
	return errors.Join(c.listenFlags.check(), c.OIDC.check())
}

// metricsTokenMin keeps somebody from guarding the metrics with a word.
const metricsTokenMin = 16

// metricsToken is what /metrics wants to see; empty when there is to be no such page. It comes by the environment alone,
// because everybody on the machine can read arguments.
func metricsToken() faas.Secret { return faas.Secret(os.Getenv("VERSO_METRICS_TOKEN")) }

// bucketFlags are the bucket connections as they were given, URL by name. What cannot be read is not kept: it may hold
// keys, and the parser of the command line would print it with the error, so that check says it later.
type bucketFlags map[string]string

// unreadable stands for an entry that is not NAME=URL.
const unreadable = ""

var bucketFlagName = regexp.MustCompile(`^[a-z][-a-z0-9]*$`)

// UnmarshalText adds the entries of a flag or of the environment; several are separated by semicolons.
func (b *bucketFlags) UnmarshalText(text []byte) error {
	if *b == nil {
		*b = bucketFlags{}
	}
	for entry := range strings.SplitSeq(string(text), ";") {
		if strings.TrimSpace(entry) == "" {
			continue
		}
		name, address, ok := strings.Cut(strings.TrimSpace(entry), "=")
		if !ok || !bucketFlagName.MatchString(name) {
			name, address = unreadable, ""
		}
		(*b)[name] = address
	}
	return nil
}

// check refuses entries that could not be read, without repeating them.
func (b bucketFlags) check() error {
	if _, bad := b[unreadable]; bad {
		return errors.New("--bucket or VERSO_BUCKETS: write NAME=s3://bucket?endpoint=https://host, with a name of a-z, 0-9 and -, " +
			"and the keys in VERSO_BUCKET_NAME_ACCESS_KEY_ID and VERSO_BUCKET_NAME_SECRET_ACCESS_KEY")
	}
	return nil
}
