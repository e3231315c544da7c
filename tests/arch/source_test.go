package arch

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// walk calls fn with every file below the root but those that git ignores.
func walk(t *testing.T, fn func(path string, d fs.DirEntry)) {
	t.Helper()
	ignored := []string{".git", ".cache", "bin", "data"}
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(ignored, path):
			return filepath.SkipDir
		case d.Type().IsRegular():
			fn(path, d)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// rule is a pattern that a kind of file must not contain.
type rule struct {
	name    string
	pattern *regexp.Regexp
}

// templRules keep everything out of templates that the content policy would block or that would need a weaker one,
// and everything that switches templ's escaping off.
var templRules = []rule{
	{"a style block", regexp.MustCompile(`(?i)<style\b`)},
	{"a style attribute", regexp.MustCompile(`(?i)\sstyle\s*[={]`)},
	{"an event handler attribute", regexp.MustCompile(`(?i)[\s"]on[a-z]+\s*=\s*["'{]`)},
	{"hx-on", regexp.MustCompile(`(?i)\bhx-on\b`)},
	{"a js: or javascript: value", regexp.MustCompile(`(?i)["'\x60](js|javascript):`)},
	{"a trigger filter, which needs eval", regexp.MustCompile(`(?i)hx-trigger\s*=\s*["'{][^"'}]*\[`)},
	{"unescaped HTML or an unchecked address", regexp.MustCompile(`templ\.(Raw|SafeURL|SafeCSS|SafeScript|JSUnsafe\w*|JSFuncCall|JSExpression|ComponentScript)\b`)},
	{"a script or css template", regexp.MustCompile(`(?m)^(script|css) \w+\(`)},
	{"an unsafe policy", regexp.MustCompile(`unsafe-(inline|eval|hashes)`)},
}

var (
	scriptTag   = regexp.MustCompile(`(?is)<script\b[^>]*>`)
	unsafeWords = regexp.MustCompile(`templ\.(Raw|SafeURL|SafeCSS|SafeScript|JSUnsafe\w*)\b|'unsafe-(inline|eval)`)
)

// problemsOf says what a template does that it must not.
func problemsOf(text string) []string {
	var found []string
	for _, r := range templRules {
		if m := r.pattern.FindString(text); m != "" {
			found = append(found, r.name+": "+strings.TrimSpace(m))
		}
	}
	for _, tag := range scriptTag.FindAllString(text, -1) {
		if !strings.Contains(tag, "src=") {
			found = append(found, "an inline script: "+tag)
		}
	}
	return found
}

func TestTemplatesNeedNoWeakerPolicy(t *testing.T) {
	walk(t, func(path string, _ fs.DirEntry) {
		if filepath.Ext(path) == ".templ" {
			for _, p := range problemsOf(string(read(t, path))) {
				t.Errorf("%s has %s", path, p)
			}
		}
		// What templ generates from a template uses these words where the template did nothing wrong.
		made := strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") || strings.HasPrefix(path, "tests/")
		if filepath.Ext(path) == ".go" && !made {
			if m := unsafeWords.Find(read(t, path)); m != nil {
				t.Errorf("%s uses %s", path, m)
			}
		}
	})
}

func TestTemplateRulesSeeWhatTheyForbid(t *testing.T) {
	bad := []string{
		"<style>", `<div style="x">`, "<div style={ x }>", `<p onclick="x">`, "<p onclick={ x }>", `<p hx-on:click="x">`, `hx-vals="js:{}"`,
		`href="javascript:x"`, `hx-trigger="click[ctrlKey]"`, "@templ.Raw(x)", "templ.SafeURL(x)", "templ.JSUnsafeFuncCall(x)",
		"<script>", "<script defer>", "script hello(x string) {", "css red() {", "script-src 'unsafe-inline'",
	}
	for _, text := range bad {
		if len(problemsOf(text)) == 0 {
			t.Errorf("%s passed", text)
		}
	}
	good := []string{
		`<script defer src={ x }></script>`, `<p class="style">`, `hx-trigger="submit, input delay:300ms"`, `<option value="on">`,
		`<a href={ url }>`, `<p>Only one = sign</p>`, `<td data-on="x">`,
	}
	for _, text := range good {
		if p := problemsOf(text); len(p) > 0 {
			t.Errorf("%s: %v", text, p)
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	const most = 400
	walk(t, func(path string, _ fs.DirEntry) {
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
			return
		}
		n := bytes.Count(read(t, path), []byte("\n"))
		reason, listed := longFiles[path]
		switch {
		case n > most && !listed:
			t.Errorf("%s has %d lines, %d is the limit; cut it along its nouns, or list it in tests/arch/rooms.go with the reason", path, n, most)
		case n <= most && listed:
			t.Errorf("%s has %d lines and need not be listed (%s)", path, n, reason)
		}
	})
}

// machinePath is written in pieces so that it does not find itself.
var machinePath = regexp.MustCompile(`(^|[\s"'=(:\x60])/(` + `work|` + `root|home/\w+` + `)/[\w.]`)

func TestNothingNamesThisMachine(t *testing.T) {
	walk(t, func(path string, d fs.DirEntry) {
		if info, err := d.Info(); err != nil || info.Size() > 1<<20 {
			return
		}
		text := read(t, path)
		if bytes.IndexByte(text, 0) >= 0 {
			return
		}
		if m := machinePath.Find(text); m != nil {
			t.Errorf("%s names a path of somebody's machine: %s", path, bytes.TrimSpace(m))
		}
	})
}
