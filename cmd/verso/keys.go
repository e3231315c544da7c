package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"verso/faas"
	"verso/service"
)

// keysVariable holds the keys themselves, newest first, where no file is wanted.
const keysVariable = "VERSO_SECRET_KEYS"

const (
	keyFileName  = "secret.key"
	keyFileBytes = 64 << 10 // more than anybody has keys
)

// keyFileHead is what a person reads who opens the file.
const keyFileHead = `# The keys that seal the secrets in Verso's database, newest first. Keep a copy apart from the database: without the
# key a backup's secrets cannot be opened, and with it they can. Change it with: verso key rotate
`

func (l location) keyFile() string { return filepath.Join(l.Data, keyFileName) }

// keysFrom is where the keys come from, for sentences.
func (l location) keysFrom() string {
	if os.Getenv(keysVariable) != "" {
		return keysVariable
	}
	return l.keyFile()
}

// keyRing reads the keys whenever a service asks. A data folder that never had any gets its first one when it is asked
// for; one whose database knows keys already does not: what they sealed could be opened no more.
func (l location) keyRing(ctx context.Context, store faas.SecretStore) func() ([]service.Key, error) {
	return func() ([]service.Key, error) {
		keys, err := l.readKeys()
		if !errors.Is(err, fs.ErrNotExist) {
			return keys, err
		}
		known, err := store.SecretKeys(ctx)
		if err != nil {
			return nil, err
		}
		if len(known) > 0 {
			return nil, faas.Errorf(faas.Precondition, "Secrets in the database are sealed with the key %s, and there is no key file %s. Put it back, or give the key in %s.",
				known[0], l.keyFile(), keysVariable)
		}
		if err := l.makeKeyFile(service.NewKey()); err != nil {
			return nil, err
		}
		return l.readKeys() // it may be another process's, which was quicker
	}
}

// openKeys makes sure that no key is missing before anything is served.
func (l location) openKeys(ctx context.Context, verbs *service.Service) error {
	err := verbs.OpenKeys(ctx)
	if errors.Is(err, service.ErrKeyMissing) {
		return faas.Errorf(faas.Precondition, "%s Keys are read from %s: put it back there, below the newer ones.", faas.ProblemsOf(err)[0].Message, l.keysFrom())
	}
	return err
}

// readKeys reads the keys from the variable or the file. The error never repeats what was read.
func (l location) readKeys() ([]service.Key, error) {
	text, err := faas.Secret(os.Getenv(keysVariable)), error(nil)
	if text == "" {
		text, err = l.readKeyFile()
	}
	if err != nil {
		return nil, err
	}
	keys, err := service.ParseKeys(text)
	if err == nil && len(keys) == 0 {
		err = faas.Errorf(faas.Invalid, "There is no key.")
	}
	if err != nil {
		return nil, faas.Errorf(faas.Invalid, "%s cannot be used. %s", l.keysFrom(), err)
	}
	return keys, nil
}

// readKeyFile refuses a file that others may read, or put another one in the place of.
func (l location) readKeyFile() (text faas.Secret, err error) {
	path := l.keyFile()
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read the key file: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return "", fmt.Errorf("read the key file: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return "", faas.Errorf(faas.Precondition, "The key file %s may be read or changed by others (mode %04o). Run: chmod 600 %s", path, mode, path)
	}
	if owner := ownerOf(info); owner != nil && !l.trusts(owner.Uid) {
		return "", faas.Errorf(faas.Precondition, "The key file %s belongs to the user with the id %d, who could change it. Make it the property of the user that runs Verso (id %d).",
			path, owner.Uid, os.Geteuid())
	}
	data, err := io.ReadAll(io.LimitReader(file, keyFileBytes))
	if err != nil {
		return "", fmt.Errorf("read the key file: %w", err)
	}
	return faas.Secret(data), nil
}

// trusts reports whether a user may own the key file: the running one, or root. Root also runs commands beside a server
// that has a user of its own, to whom the data folder belongs with all that is in it.
func (l location) trusts(uid uint32) bool {
	folder, err := os.Stat(l.Data)
	if err != nil {
		folder = nil
	}
	return trusted(uid, os.Geteuid(), ownerOf(folder))
}

func trusted(uid uint32, runner int, folder *syscall.Stat_t) bool {
	return uid == 0 || int(uid) == runner || runner == 0 && folder != nil && uid == folder.Uid
}

// makeKeyFile writes the first key. A file that is there already stays as it is: another process was quicker.
func (l location) makeKeyFile(key service.Key) error {
	if err := l.makeFolder(); err != nil {
		return err
	}
	spare, err := writeSpare(l.Data, []service.Key{key}, nil)
	if err != nil {
		return err
	}
	err = os.Link(spare, l.keyFile()) // never replaces anything, and is there with all its bytes or not at all
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return errors.Join(err, os.Remove(spare), syncFolder(l.Data))
}

// realKeyFile is the file that the key file's name leads to: the name may be a link, as of a file that several folders
// share or that a configuration system puts there.
func (l location) realKeyFile() (string, error) {
	path, err := filepath.EvalSymlinks(l.keyFile())
	if err != nil {
		return "", fmt.Errorf("find the key file: %w", err)
	}
	return path, nil
}

// replaceKeyFile writes the keys in place of those that are there, for the same owner. A link stays one.
func (l location) replaceKeyFile(keys []service.Key) error {
	path, err := l.realKeyFile()
	if err != nil {
		return err
	}
	old, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("change the key file: %w", err)
	}
	spare, err := writeSpare(filepath.Dir(path), keys, old)
	if err != nil {
		return err
	}
	if err := os.Rename(spare, path); err != nil {
		return errors.Join(fmt.Errorf("change the key file: %w", err), os.Remove(spare))
	}
	return syncFolder(filepath.Dir(path))
}

// writeSpare writes keys durably beside the key file and returns where; owned by the owner of like, if there is one.
func writeSpare(folder string, keys []service.Key, like fs.FileInfo) (path string, err error) {
	file, err := os.CreateTemp(folder, keyFileName+".*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("write a key file: %w", err)
	}
	var text strings.Builder
	text.WriteString(keyFileHead)
	for _, k := range keys {
		fmt.Fprintf(&text, "%s # %s\n", string(k.Text()), k.ID())
	}
	_, err = file.WriteString(text.String())
	if owner := ownerOf(like); err == nil && owner != nil {
		err = file.Chown(int(owner.Uid), int(owner.Gid))
	}
	err = errors.Join(err, file.Sync(), file.Close())
	if err != nil {
		return "", errors.Join(fmt.Errorf("write a key file: %w", err), os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// ownerOf is whose a file is; nil when nobody knows.
func ownerOf(info fs.FileInfo) *syscall.Stat_t {
	if info == nil {
		return nil
	}
	owner, _ := info.Sys().(*syscall.Stat_t)
	return owner
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// lockKeyFile keeps two commands from changing the key file at once, also from two data folders whose links lead to it:
// it locks the folder in which the file is. The lock ends with the process, however that ends.
func (l location) lockKeyFile() (unlock func() error, err error) {
	path, err := l.realKeyFile()
	if err != nil {
		return nil, err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(folder.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", folder.Name(), err), folder.Close())
	}
	return folder.Close, nil
}
