package arch

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the plan into ARCHITECTURE.md")

const root = "../.."

func TestImportsFollowThePlan(t *testing.T) {
	for _, sentence := range Check(packages(t)) {
		t.Error(sentence)
	}
}

// packages lists every package of the module with the imports of its shipped files.
func packages(t *testing.T) []Package {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,Error", "./...")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var list []Package
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("go list's answer: %v", err)
		}
		list = append(list, p)
	}
	if len(list) < 8 {
		t.Fatalf("go list found %d packages; the house has more rooms than that", len(list))
	}
	return list
}

// The plan itself would be worth nothing if Check let a wrong arrow pass.
func TestCheckSeesWrongArrows(t *testing.T) {
	tests := []struct{ from, imports, want string }{
		{"db", "verso/service", "no arrow from db to service"},
		{"views", "verso/web", "no arrow from views to web"},
		{"views/ui", "verso/db", "no arrow from views to db"},
		{"web", "verso/handlers", "no arrow from web to handlers"},
		{"handlers/yandex", "verso/handlers/qinling", "no arrow from handlers/yandex to handlers/qinling"},
		{"handlers/qinling", "verso/views", "no arrow"},
		{"service", "verso/cmd/verso", "nobody imports the program"},
		{"service", "verso/db/dbtest", "for tests"},
		{"service", "verso/util", "does not have that room"},
		{"service", "github.com/jmoiron/sqlx", "nothing from that module"},
		{"faas", "github.com/google/uuid", "nothing from that module"},
		{"db", "github.com/lib/pqx", "nothing from that module"},
		{"service", "database/sql", "SQL lives in db alone"},
		{"handlers/dashboard", "database/sql/driver", "SQL lives in db alone"},
		{"service", "net/http", "no HTTP"},
		{"worker", "net/http/httptest", "no HTTP"},
		{"util", "fmt", "does not have"},
		{"handlers/soap", "fmt", "does not have"},
		{"faas", "unsafe", "not in this house"},
	}
	for _, test := range tests {
		got := strings.Join(Check([]Package{{ImportPath: module + test.from, Imports: []string{test.imports}}}), "\n")
		if !strings.Contains(got, test.want) {
			t.Errorf("%s importing %s: got %q, want it to contain %q", test.from, test.imports, got, test.want)
		}
	}
}

func TestCheckLetsThePlanPass(t *testing.T) {
	tests := []struct{ from, imports string }{
		{"db", "verso/faas"},
		{"db", "github.com/pressly/goose/v3/database"},
		{"views", "verso/views/ui"},
		{"handlers", "verso/handlers/dashboard"},
		{"cmd/verso", "verso/service"},
		{"db/dbtest", "net/http"},
		{"tests/e2e", "github.com/chromedp/chromedp"},
		{"web", "net/http/httptrace"},
	}
	for _, test := range tests {
		if got := Check([]Package{{ImportPath: module + test.from, Imports: []string{test.imports}}}); len(got) > 0 {
			t.Errorf("%s importing %s: %v", test.from, test.imports, got)
		}
	}
}

// A folder with Go files that go list passes over (by its name or its own go.mod) would escape the plan.
func TestNoFolderOutsideThePlan(t *testing.T) {
	known := slices.Clone(testRooms)
	for _, r := range Rooms {
		first, _, _ := strings.Cut(r.Name, "/")
		known = append(known, first)
	}
	known = append(known, "tools") // a module of its own that only names the tools
	walk(t, func(path string, _ fs.DirEntry) {
		first, rest, _ := strings.Cut(path, "/")
		if strings.HasSuffix(path, ".go") && (rest == "" || !slices.Contains(known, first)) {
			t.Errorf("%s: the plan has no room for it; see tests/arch/rooms.go", path)
		}
		if filepath.Base(path) == "go.mod" && path != "go.mod" && path != "tools/go.mod" {
			t.Errorf("%s: a module within the module hides its packages from the plan", path)
		}
	})
}

func TestArchitectureShowsThePlan(t *testing.T) {
	file := filepath.Join(root, "ARCHITECTURE.md")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; it must exist and hold the lines %q and %q", err, tableBegin, tableEnd)
	}
	want, ok := replaceTable(string(text), Table())
	if !ok {
		t.Fatalf("ARCHITECTURE.md lacks the lines %q and %q, between which the plan is shown", tableBegin, tableEnd)
	}
	if want == string(text) {
		return
	}
	if !*update {
		t.Fatal("ARCHITECTURE.md does not show the plan of tests/arch/rooms.go; run `go test ./tests/arch -update`")
	}
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestReplaceTable(t *testing.T) {
	got, ok := replaceTable("a\n"+tableBegin+"\nold\n"+tableEnd+"\nz", "new\n")
	if want := "a\n" + tableBegin + "\n\nnew\n\n" + tableEnd + "\nz"; !ok || got != want {
		t.Errorf("got %q, %v, want %q", got, ok, want)
	}
	for _, text := range []string{"", tableBegin, tableEnd, tableEnd + tableBegin} {
		if _, ok := replaceTable(text, "new"); ok {
			t.Errorf("%q was taken for a text with both marks", text)
		}
	}
}
