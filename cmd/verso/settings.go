package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"time"

	"verso/blob"
	"verso/db"
	"verso/faas"
	"verso/service"
)

// location says where the facts are. It is all that a command needs which touches no package.
type location struct {
	Data        string     `default:"./data" type:"path" env:"VERSO_DATA" help:"Folder of the embedded database, the packages and the key of secrets."`
	DatabaseURL string     `name:"database-url" env:"VERSO_DATABASE_URL,DATABASE_URL" placeholder:"URL" help:"A postgres:// URL with sslmode; empty for SQLite in the data folder."`
	LogLevel    slog.Level `name:"log-level" default:"info" env:"VERSO_LOG_LEVEL" help:"debug, info, warn or error."`
}

// makeFolder makes the data folder, for its owner alone.
func (l location) makeFolder() error {
	if err := os.MkdirAll(l.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}

// database is where the database is, without secrets.
func (l location) database() string {
	if l.DatabaseURL != "" {
		return redact(l.DatabaseURL)
	}
	return l.Data
}

// exists refuses a data folder without a database, which is a mistyped one. A server's database answers for itself.
func (l location) exists() error {
	if l.DatabaseURL != "" {
		return nil
	}
	return l.holds("database", "verso.db")
}

// holds refuses a data folder that lacks a file or folder.
func (l location) holds(what, name string) error {
	if _, err := os.Stat(filepath.Join(l.Data, name)); errors.Is(err, fs.ErrNotExist) {
		return faas.Errorf(faas.Precondition, "There is no %s in %s; is --data right?", what, l.Data)
	}
	return nil
}

// settings are what every command needs that touches packages too.
type settings struct {
	location
	BlobURL string      `name:"blob-url" env:"VERSO_BLOB_URL" placeholder:"URL" help:"Where packages are kept: s3://bucket?endpoint=…&region=…&path-style=true; empty for the data folder."`
	Bucket  bucketFlags `env:"VERSO_BUCKETS" placeholder:"NAME=URL" help:"A bucket that versions may be made from: NAME=s3://…, repeatable."`
	Limits  limitFlags  `embed:"" prefix:"limit-" envprefix:"VERSO_LIMIT_"`
}

// limitFlags are the bounds of what may be created. What was made under others still opens.
type limitFlags struct {
	Upload   size          `default:"50MiB" env:"UPLOAD" help:"Largest package sent directly."`
	Bucket   size          `default:"300MiB" env:"BUCKET" help:"Largest package from a bucket."`
	Unpacked size          `default:"680MiB" env:"UNPACKED" help:"Largest sum of a package's files."`
	Entries  int           `default:"65000" env:"ENTRIES" help:"Most files and folders of a package."`
	Memory   size          `default:"8GiB" env:"MEMORY" help:"Most memory of a version."`
	Timeout  time.Duration `default:"1h" env:"TIMEOUT" help:"Longest timeout of a version."`
}

// limits are the default profile with the flags put in.
func (f limitFlags) limits() (faas.Limits, error) {
	l := faas.DefaultLimits()
	l.UploadBytes, l.BucketBytes, l.UnpackedBytes = int64(f.Upload), int64(f.Bucket), int64(f.Unpacked)
	l.Entries, l.MemoryMax, l.TimeoutMax = f.Entries, int64(f.Memory), f.Timeout
	if min(l.UploadBytes, l.BucketBytes, l.UnpackedBytes, int64(l.Entries)) < 1 {
		return l, errors.New("limits must be greater than zero")
	}
	if l.MemoryMax < l.MemoryMin || l.TimeoutMax < l.TimeoutMin {
		return l, errors.New("the limits of memory and timeout must not be below 128MiB and 1s")
	}
	return l, nil
}

// house is the opened rooms of one process.
type house struct {
	store   *db.Store
	service *service.Service
	log     *slog.Logger
}

// access is what a command may do to the data.
type access struct {
	exclusive bool // no second server may share the data folder
	make      bool // what is missing is made: the folder, the database, its schema
}

// open opens database, packages and buckets. The groups are what an identity provider's give.
func (s settings) open(ctx context.Context, may access, groups []service.GroupRule) (*house, error) {
	limits, err := s.Limits.limits()
	if err = errors.Join(err, s.Bucket.check()); err != nil {
		return nil, err
	}
	if err := s.prepare(may.make); err != nil {
		return nil, err
	}
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: s.LogLevel}))
	blobs, err := blob.Open(ctx, s.BlobURL, s.Data, os.Getenv)
	if err != nil {
		return nil, err
	}
	buckets, err := blob.OpenBuckets(s.Bucket, os.Getenv)
	if err != nil {
		return nil, err
	}
	store, err := db.Open(ctx, db.Config{URL: s.DatabaseURL, Dir: s.Data, Exclusive: may.exclusive, Migrate: may.make, Log: log})
	if err != nil {
		return nil, err
	}
	verbs := service.New(service.Config{
		Store: store, Blobs: blobs, Buckets: buckets, Limits: limits, Now: clock, Keys: s.keyRing(ctx, store), Groups: groups,
	})
	return &house{store: store, service: verbs, log: log}, nil
}

// prepare makes the data folder, or refuses one in which nothing was ever kept: looking at it would make it.
func (s settings) prepare(makeIt bool) error {
	if makeIt {
		return s.makeFolder()
	}
	if err := s.exists(); err != nil || s.DatabaseURL == "" || s.BlobURL != "" {
		return err
	}
	return s.holds("folder of packages", "blobs")
}

// clock is the time of everything that is stored: UTC, to the microsecond that both databases keep.
func clock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// systemActor is Verso itself, for what nobody asked for.
func systemActor() faas.Actor {
	return faas.Actor{ID: "verso", Name: "verso", Admin: true, Role: faas.Owner, Door: faas.DoorSystem}
}

// lines describes the settings for a person, without secrets.
func (s settings) lines() []string {
	database := s.database()
	if s.DatabaseURL == "" {
		database = "SQLite in " + database
	}
	packages := "folder in " + s.Data
	if s.BlobURL != "" {
		packages = redact(s.BlobURL)
	}
	list := []string{"database  " + database, "packages  " + packages}
	for _, name := range slices.Sorted(maps.Keys(s.Bucket)) {
		list = append(list, "bucket    "+name+" = "+redact(s.Bucket[name]))
	}
	return append(list, fmt.Sprintf("limits    upload %s, bucket %s, unpacked %s", s.Limits.Upload, s.Limits.Bucket, s.Limits.Unpacked))
}

// redact hides what a URL may keep secret: the password, and any query value that is not a plain setting.
func redact(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "(unreadable URL)"
	}
	q := u.Query()
	for key := range q {
		if !slices.Contains([]string{"sslmode", "endpoint", "region", "path-style", "host", "port", "dbname"}, key) {
			q.Set(key, "xxxxx")
		}
	}
	u.RawQuery = q.Encode()
	return u.Redacted()
}
