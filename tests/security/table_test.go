package security_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the names of the tests into docs/security.md")

const (
	root     = "../.."
	document = "docs/security.md"
)

var (
	numbered = regexp.MustCompile(`(?m)^func (Test((?:S\d\d)+)[A-Z]\w*)\(`)
	number   = regexp.MustCompile(`S\d\d`)
	lineRE   = regexp.MustCompile(`(?m)^\| (S\d\d) \| ([^|]*) \| ([^|]*) \| ([^|]*) \|$`)
	stateRE  = regexp.MustCompile(`^(tested|in part|with issue \d+|later|does not apply)(: .+)?$`)
)

// testsByNumber finds the tests that bear a number of a check, with the folders that they are in.
func testsByNumber(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			if err == nil && d.IsDir() && slices.Contains([]string{".git", ".cache", "bin"}, path) {
				return fs.SkipDir
			}
			return err
		}
		text, err := os.ReadFile(filepath.Join(root, path))
		for _, m := range numbered.FindAllStringSubmatch(string(text), -1) {
			for _, n := range number.FindAllString(m[2], -1) {
				found[n] = append(found[n], fmt.Sprintf("`%s` %s", m[1], filepath.Dir(path)))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for n := range found {
		slices.Sort(found[n])
	}
	return found
}

// checks are the numbers that need a line: those of people, sessions, rights, secrets and input, and any that a test bears.
func checks(found map[string][]string) (list []string) {
	for i := 1; i <= 79; i++ {
		n := fmt.Sprintf("S%02d", i)
		if i <= 47 || i >= 70 && i <= 78 || len(found[n]) > 0 {
			list = append(list, n)
		}
	}
	return list
}

// The list at the end of docs/security.md has a line for each check, in order; it names every test that bears the
// number and no other, and none is called tested that has none.
func TestTheListNamesEveryTest(t *testing.T) {
	file := filepath.Join(root, document)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := testsByNumber(t)
	if *update {
		written := lineRE.ReplaceAllStringFunc(string(text), func(line string) string {
			m := lineRE.FindStringSubmatch(line)
			return fmt.Sprintf("| %s | %s | %s | %s |", m[1], m[2], m[3], strings.Join(found[m[1]], "<br>"))
		})
		if err := os.WriteFile(file, []byte(written), 0o644); err != nil {
			t.Fatal(err)
		}
		text = []byte(written)
	}
	var listed []string
	for _, m := range lineRE.FindAllStringSubmatch(string(text), -1) {
		n, state, names := m[1], m[3], m[4]
		listed = append(listed, n)
		if want := strings.Join(found[n], "<br>"); names != want {
			t.Errorf("%s names %s, and there are %s; run `go test ./tests/security -run TestTheList -update`", n, names, want)
		}
		kind := stateRE.FindStringSubmatch(state)
		switch {
		case kind == nil:
			t.Errorf("%s has the state %q", n, state)
		case (kind[1] == "tested" || kind[1] == "in part") && len(found[n]) == 0:
			t.Errorf("%s is called %s, and no test bears its number", n, kind[1])
		case kind[1] != "tested" && kind[2] == "":
			t.Errorf("%s is %s, and nobody says what is missing", n, kind[1])
		}
	}
	if want := checks(found); !slices.Equal(listed, want) {
		t.Errorf("the list has the lines %q, want %q", listed, want)
	}
}
