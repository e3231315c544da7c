package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"verso/faas"
	"verso/service"
)

func (p *place) keyFile() string { return filepath.Join(p.data, keyFileName) }

// keys reads the key file as the program does.
func (p *place) keys() []service.Key {
	p.t.Helper()
	keys, err := location{Data: p.data}.readKeys()
	if err != nil {
		p.t.Fatal(err)
	}
	return keys
}

// writeKeys puts this into the key file.
func (p *place) writeKeys(mode os.FileMode, keys ...string) {
	p.t.Helper()
	if err := os.WriteFile(p.keyFile(), []byte(strings.Join(keys, "\n")), mode); err != nil {
		p.t.Fatal(err)
	}
	if err := os.Chmod(p.keyFile(), mode); err != nil {
		p.t.Fatal(err)
	}
}

// text is a key as it stands in a file.
func text(k service.Key) string { return string(k.Text()) }

// begun is a place with a person, a project and an access key, whose secret is sealed.
func (p *place) begun() {
	p.t.Helper()
	p.does(annsPassword, "user", "add", "ann", "--admin", "--password-stdin")
	p.does("", "project", "add", "billing")
	p.does("", "accesskey", "create", "--user", "ann", "--project", "billing")
}

// refuses starts the server, which must end at once, in one line with these words and without any key.
func (p *place) refuses(what string, says ...string) {
	p.t.Helper()
	out, complaint, code := p.run("", "serve", "--listen", "127.0.0.1:0")
	if code != 1 || strings.Contains(out, "ready") || strings.Count(complaint, "\n") != 1 {
		p.t.Errorf("%s: ends with %d and says %q %q", what, code, out, complaint)
	}
	for _, words := range says {
		if !strings.Contains(complaint, words) {
			p.t.Errorf("%s: it says %q, which lacks %q", what, complaint, words)
		}
	}
}

func TestS17TheFirstStartMakesAPrivateKey(t *testing.T) {
	eachPlace(t, func(p *place) {
		p.serve().Stop()
		info, err := os.Stat(p.keyFile())
		if err != nil || info.Mode().Perm() != 0o600 {
			p.t.Fatalf("the key file: %v, error %v", info, err)
		}
		first := p.keys()
		if len(first) != 1 {
			p.t.Errorf("there are %d keys", len(first))
		}
		if left, err := filepath.Glob(p.keyFile() + "?*"); err != nil || len(left) > 0 {
			p.t.Errorf("left over: %q, error %v", left, err)
		}
		p.serve().Stop()
		if again := p.keys(); !slices.Equal(first, again) {
			p.t.Error("the second start made another key")
		}
	})
}

// Sessions do not hang on the key: with a new one in front everybody stays signed in.
func TestS17ANewKeyInFrontLogsNobodyOut(t *testing.T) {
	p := newPlace(t)
	address := freeAddress(t)
	s := p.serve("--listen=" + address)
	v := s.browser()
	v.setup(s.key(), "ann")
	if got := v.get("/projects/default/functions"); got != http.StatusOK {
		t.Fatalf("signed in: %d", got)
	}
	s.Stop()
	old := p.keys()[0]
	p.writeKeys(0o600, text(service.NewKey()), text(old))
	s = p.serve("--listen=" + address)
	if got := v.get("/projects/default/functions"); got != http.StatusOK {
		t.Errorf("after a start with [new, old]: %d", got)
	}
	s.Stop()
}

func TestS17S46WrongKeysRefuseToStart(t *testing.T) {
	eachPlace(t, func(p *place) {
		p.begun()
		right := p.keys()[0]
		id, file := right.ID(), p.keyFile()
		for _, c := range []struct {
			what string
			mode os.FileMode
			keys []string
			says []string
		}{
			{"another key", 0o600, []string{text(service.NewKey())}, []string{id, file}},
			{"a 5-byte key", 0o600, []string{"aGVsbG8="}, []string{"Key 1 has 5 bytes; a key has 32", file}},
			{"a 5-byte key behind the right one", 0o600, []string{text(right), "aGVsbG8="}, []string{"Key 2 has 5 bytes", file}},
			{"no base64", 0o600, []string{"hunter2!"}, []string{"not written in base64", file}},
			{"an empty file", 0o600, nil, []string{"no key", file}},
			{"a file for everybody", 0o644, []string{text(right)}, []string{"mode 0644", "chmod 600 " + file}},
			{"a file for the group", 0o660, []string{text(right)}, []string{"chmod 600 " + file}},
		} {
			p.writeKeys(c.mode, c.keys...)
			p.refuses(c.what, c.says...)
			if left, err := os.ReadFile(file); err != nil || string(left) != strings.Join(c.keys, "\n") {
				p.t.Errorf("%s: the file was written to, error %v", c.what, err)
			}
		}
		if err := os.Remove(file); err != nil {
			p.t.Fatal(err)
		}
		p.refuses("no file", id, file)
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			p.t.Errorf("a key file was made beside a database that knows another key: %v", err)
		}
		p.env = append(p.env, keysVariable+"="+text(service.NewKey()))
		p.refuses("another key in the variable", id, keysVariable)
		p.env[len(p.env)-1] = keysVariable + "=" + text(service.NewKey()) + "," + text(right)
		p.serve().Stop()
		if _, err := os.Stat(file); !os.IsNotExist(err) {
			p.t.Errorf("with the variable a file was made: %v", err)
		}
	})
}

// The key is changed and the old one thrown away beside a server that goes on working.
func TestS46TheKeyIsChangedBesideAServer(t *testing.T) {
	eachPlace(t, func(p *place) {
		p.begun()
		s := p.serve()
		old := p.keys()[0].ID()
		wantRow := func(id, state, rows string) {
			p.t.Helper()
			listed := p.does("", "key", "list")
			if !slices.ContainsFunc(words(listed), func(row []string) bool {
				return len(row) >= 3 && row[0] == id && strings.Join(row[1:len(row)-1], " ") == state && row[len(row)-1] == rows
			}) {
				p.t.Errorf("there is no %s %s %s in\n%s", id, state, rows, listed)
			}
			for _, k := range p.keys() {
				if strings.Contains(listed, text(k)[:20]) {
					p.t.Errorf("a key itself is printed:\n%s", listed)
				}
			}
		}
		wantRow(old, "current", "1")
		_, complaint, code := p.run("", "key", "drop", old)
		if code != 1 || !strings.Contains(complaint, old) {
			p.t.Errorf("dropping the only key: %d %q", code, complaint)
		}
		if out := p.does("", "key", "rotate"); !strings.Contains(out, ": 1.") || strings.Contains(out, text(p.keys()[0])[:20]) {
			p.t.Errorf("rotate prints %q", out)
		}
		next := p.keys()[0].ID()
		if len(p.keys()) != 2 || next == old || p.keys()[1].ID() != old {
			p.t.Fatalf("the keys are %v", p.keys())
		}
		wantRow(next, "current", "1")
		wantRow(old, "earlier", "0")
		if info, err := os.Stat(p.keyFile()); err != nil || info.Mode().Perm() != 0o600 {
			p.t.Errorf("the key file: %v, error %v", info, err)
		}
		p.does("", "key", "drop", old)
		if keys := p.keys(); len(keys) != 1 || keys[0].ID() != next {
			p.t.Errorf("the keys are %v", keys)
		}
		for _, id := range []string{old, next, "nosuch"} {
			if _, complaint, code := p.run("", "key", "drop", id); code != 1 || !strings.Contains(complaint, id) {
				p.t.Errorf("dropping %s: %d %q", id, code, complaint)
			}
		}
		p.does("", "accesskey", "create", "--user", "ann", "--project", "billing")
		wantRow(next, "current", "2")
		if got := s.browser().signIn("ann", annsPassword); got != http.StatusSeeOther {
			p.t.Errorf("the server answers %d", got)
		}
		s.Stop()
		p.serve().Stop()
	})
}

// A rotation that came no further than the file goes on with the key that it has put there.
func TestK20ARotationThatStoppedAtTheFile(t *testing.T) {
	p := newPlace(t)
	p.begun()
	old, waiting := p.keys()[0], service.NewKey()
	p.writeKeys(0o600, text(waiting), text(old))
	p.serve().Stop()
	p.does("", "key", "rotate")
	if keys := p.keys(); len(keys) != 2 || keys[0] != waiting {
		t.Errorf("the keys are %v, want %s in front", keys, waiting.ID())
	}
	if listed := p.does("", "key", "list"); !strings.Contains(listed, waiting.ID()+"  current  1") {
		t.Errorf("the keys are\n%s", listed)
	}
}

// The key file may be a link, to a file that other folders use too. What is changed is that file, and the link stays.
func TestS46ALinkToTheKeyFileStaysOne(t *testing.T) {
	p := newPlace(t)
	p.begun()
	kept := filepath.Join(filepath.Dir(p.data), "kept")
	target := filepath.Join(kept, "verso.key")
	if err := errors.Join(os.Mkdir(kept, 0o700), os.Rename(p.keyFile(), target), os.Symlink(filepath.Join("..", "kept", "verso.key"), p.keyFile())); err != nil {
		t.Fatal(err)
	}
	wantLink := func(when string, keys int) {
		t.Helper()
		link, err := os.Lstat(p.keyFile())
		if err != nil || link.Mode().Type() != fs.ModeSymlink {
			t.Fatalf("%s the link is %v, error %v", when, link, err)
		}
		info, err := os.Lstat(target)
		if err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 {
			t.Errorf("%s the file is %v, error %v", when, info, err)
		}
		if got := p.keys(); len(got) != keys {
			t.Errorf("%s there are %d keys, want %d", when, len(got), keys)
		}
		if left, err := filepath.Glob(filepath.Join(filepath.Dir(p.data), "*", "*.key.*")); err != nil || len(left) > 0 {
			t.Errorf("%s there is left over: %q, error %v", when, left, err)
		}
	}
	old := p.keys()[0].ID()
	p.does("", "key", "rotate")
	wantLink("after rotating", 2)
	p.does("", "key", "drop", old)
	wantLink("after dropping", 1)
	p.serve().Stop()
}

// Whoever owns the key file could put a key of their own there.
func TestS46AKeyFileOfSomebodyElseIsRefused(t *testing.T) {
	const root, runner, other = 0, 1000, 1001
	for _, c := range []struct {
		what               string
		owner, runner, dir int
		want               bool
	}{
		{"one's own", runner, runner, runner, true},
		{"root's", root, runner, runner, true},
		{"somebody else's", other, runner, runner, false},
		{"the folder's owner's, who is somebody else", other, runner, other, false},
		{"root's own", root, root, runner, true},
		{"the server's, for a command of root's", runner, root, runner, true},
		{"somebody else's, for a command of root's", other, root, runner, false},
	} {
		if got := trusted(uint32(c.owner), c.runner, &syscall.Stat_t{Uid: uint32(c.dir)}); got != c.want {
			t.Errorf("%s: %t", c.what, got)
		}
	}
	if trusted(other, root, nil) {
		t.Error("a file is trusted for a folder that nobody knows")
	}
	if os.Geteuid() != root {
		return // nobody else can give a file away
	}
	p := newPlace(t)
	p.begun()
	for _, c := range []struct{ folder, file int }{{root, other}, {runner, other}} {
		if err := errors.Join(os.Chown(p.data, c.folder, -1), os.Chown(p.keyFile(), c.file, -1)); err != nil {
			t.Fatal(err)
		}
		p.refuses("a file of somebody else's", p.keyFile(), fmt.Sprint(other))
	}
	if err := os.Chown(p.keyFile(), runner, -1); err != nil {
		t.Fatal(err)
	}
	p.does("", "key", "rotate")
	if info, err := os.Stat(p.keyFile()); err != nil || ownerOf(info).Uid != runner {
		t.Errorf("the new file belongs to %v, error %v", info, err)
	}
	p.serve().Stop()
}

// Keys in the variable are not the program's to change: it says what to do.
func TestS46KeysInTheVariable(t *testing.T) {
	old, next := service.NewKey(), service.NewKey()
	p := newPlace(t, keysVariable+"="+text(old))
	p.begun()
	if out := p.does("", "key", "rotate"); !strings.Contains(out, "put a new one in front of "+keysVariable) {
		t.Errorf("rotate prints %q", out)
	}
	p.env = []string{keysVariable + "=" + text(next) + " " + text(old)}
	if out := p.does("", "key", "rotate"); !strings.Contains(out, next.ID()) || strings.Contains(out, "put a new one") {
		t.Errorf("rotate prints %q", out)
	}
	if out := p.does("", "key", "drop", old.ID()); !strings.Contains(out, "Take it out of "+keysVariable) {
		t.Errorf("drop prints %q", out)
	}
	p.env = []string{keysVariable + "=" + text(next)}
	p.serve().Stop()
	if _, err := os.Stat(p.keyFile()); !os.IsNotExist(err) {
		t.Errorf("there is a key file: %v", err)
	}
}

// The file is replaced, never written into: whoever reads it beside sees all of the old one or all of the new one.
func TestTheKeyFileIsNeverHalfWritten(t *testing.T) {
	l := location{Data: t.TempDir()}
	if err := l.makeKeyFile(service.NewKey()); err != nil {
		t.Fatal(err)
	}
	first, err := l.readKeys()
	if err != nil {
		t.Fatal(err)
	}
	if err := l.makeKeyFile(service.NewKey()); err != nil {
		t.Errorf("where a file is already: %v", err)
	}
	if again, err := l.readKeys(); err != nil || !slices.Equal(again, first) {
		t.Errorf("the second one replaced the first, error %v", err)
	}
	stop, done := make(chan struct{}), make(chan error)
	go func() {
		var wrong error
		for {
			select {
			case <-stop:
				done <- wrong
				return
			default:
			}
			if keys, err := l.readKeys(); err != nil {
				wrong = err
			} else if len(keys) == 0 || keys[len(keys)-1] != first[0] {
				wrong = faas.Errorf(faas.Internal, "a reader saw %v", keys)
			}
		}
	}()
	for range 50 {
		keys, err := l.readKeys()
		if err == nil {
			err = l.replaceKeyFile(append([]service.Key{service.NewKey()}, keys...))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
