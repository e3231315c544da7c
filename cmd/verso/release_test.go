package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

const releaseName = "verso-v0.0.1-test-linux-"

// checkout makes a repository of this tree in which a release can be tried: the real one may hold unfinished work.
func checkout(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"bash", "git", "cmp", "sha256sum", "tar"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("The release script needs %s; install it to test the script.", tool)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{
		"archive", "blob", "cmd", "db", "faas", "handlers", "service", "static", "tools", "views", "web", "worker", "go.mod", "go.sum", ".gitignore",
	} {
		copyTree(t, filepath.Join("..", "..", name), filepath.Join(dir, name))
	}
	inside(t, dir, "git", "init", "-q")
	commit(t, dir)
	return dir
}

// copyTree copies a file or a folder without its tests.
func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/testdata/") {
			return err
		}
		target := filepath.Join(to, strings.TrimPrefix(path, from))
		info, err := entry.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, data, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// inside runs a command in a folder and returns what it said.
func inside(t *testing.T, dir, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cache, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "RELEASE_CACHE="+strings.TrimSpace(string(cache)))
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func commit(t *testing.T, dir string) {
	t.Helper()
	for _, args := range [][]string{{"add", "-A"}, {"-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "t"}} {
		if out, err := inside(t, dir, "git", args...); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, out)
		}
	}
}

func TestS77AReleaseIsBuiltTwiceAndSaysWhatItIsMadeOf(t *testing.T) {
	dir := checkout(t)
	if out, err := inside(t, dir, "tools/release", "v0.0.1-test", "linux/"+runtime.GOARCH); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	built := filepath.Join(dir, "bin", "release", releaseName+runtime.GOARCH)
	if out, err := inside(t, dir, built, "version"); err != nil || out != "verso v0.0.1-test\n" {
		t.Errorf("the program says %q, %v", out, err)
	}
	checkParts(t, built)
	checkSums(t, filepath.Dir(built))

	// An archive of the commit differs from the tree here, as a build that is not reproducible would.
	path := filepath.Join(dir, "cmd", "verso", "differs.go")
	for name, text := range map[string]string{
		path:                                 "package main\n\nfunc init() { release += \"$Format:%H$\" }\n",
		filepath.Join(dir, ".gitattributes"): "*.go export-subst\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := inside(t, dir, "tools/release", "v0.0.1-test"); err == nil || !strings.Contains(out, "commit or remove first") {
		t.Errorf("a tree with changes: %v\n%s", err, out)
	}
	commit(t, dir)
	if out, err := inside(t, dir, "tools/release", "v0.0.1-test", "linux/"+runtime.GOARCH); err == nil || !strings.Contains(out, "differ") {
		t.Errorf("two builds that differ: %v\n%s", err, out)
	}
	if out, err := inside(t, dir, "tools/release", "latest"); err == nil || !strings.Contains(out, "is no version") {
		t.Errorf("a word as the version: %v\n%s", err, out)
	}
}

// checkParts wants every module that the linker recorded, the toolchain and the vendored script, each once.
func checkParts(t *testing.T, built string) {
	t.Helper()
	info, err := buildinfo.ReadFile(built)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"go": strings.TrimPrefix(info.GoVersion, "go"), "htmx.org": "4.0.1"}
	for _, m := range info.Deps {
		want[m.Path] = m.Version
	}
	data, err := os.ReadFile(built + ".cdx.json")
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		BOMFormat  string
		Components []struct{ Name, Version string }
	}
	if err := json.Unmarshal(data, &list); err != nil || list.BOMFormat != "CycloneDX" {
		t.Fatalf("format %q, %v", list.BOMFormat, err)
	}
	for _, part := range list.Components {
		if want[part.Name] != part.Version {
			t.Errorf("%s %s, want %q", part.Name, part.Version, want[part.Name])
		}
		delete(want, part.Name)
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
}

func checkSums(t *testing.T, dir string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	if len(lines) != 2 {
		t.Fatalf("the list of checksums is\n%s", data)
	}
	for _, line := range lines {
		sum, name, _ := strings.Cut(line, "  ")
		content, err := os.ReadFile(filepath.Join(dir, name))
		got := sha256.Sum256(content)
		if err != nil || hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s: %v", line, err)
		}
	}
}
