package db

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	driver "modernc.org/sqlite"
)

// connectSQLite opens one writing connection and a pool of reading ones. One writer means that nobody in this process
// waits inside the engine with its busy timer; a transaction is immediate, so it never fails half-way for a lock. What it
// deletes is overwritten: the file must not keep what the tables do not.
func (s *Store) connectSQLite(cfg Config) error {
	if err := makeFolder(cfg.Dir); err != nil {
		return err
	}
	path := filepath.Join(cfg.Dir, "verso.db")
	if err := makePrivate(path); err != nil {
		return err
	}
	readers := cfg.MaxConns
	if readers <= 0 {
		readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	write, err := openSQLite(path, 1, url.Values{"_txlock": {"immediate"}, "_pragma": {"secure_delete(1)"}})
	if err != nil {
		return err
	}
	read, err := openSQLite(path, readers, url.Values{"_pragma": {"query_only(1)"}})
	if err != nil {
		return errors.Join(err, write.close())
	}
	s.dialect, s.write, s.read = sqlite, write, read
	return nil
}

// openSQLite opens a pool. FULL makes a commit durable before it is answered.
func openSQLite(path string, conns int, extra url.Values) (*pool, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("find the database file: %w", err)
	}
	values := url.Values{
		"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"},
		"_dqs":    {"0"},
	}
	for key, list := range extra {
		values[key] = append(values[key], list...)
	}
	name := url.URL{Scheme: "file", Path: absolute, RawQuery: values.Encode()}
	connector, err := driver.NewConnector(name.String())
	if err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	return newPool(connector, sqlite, conns), nil
}

// makePrivate makes the file before the engine does, so that nobody else may read it; the engine gives its side files
// the same mode. Files that others may read, of a copy or an earlier time, are closed to them where we may do that.
func makePrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("make the database file: %w", err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		// By name: to open and close a side file would end the locks that this process holds on it.
		if info, err := os.Stat(name); err == nil && info.Mode().Perm()&0o077 != 0 {
			_ = os.Chmod(name, 0o600)
		}
	}
	return file.Close()
}
