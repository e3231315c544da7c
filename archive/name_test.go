package archive

import (
	"strings"
	"testing"
)

func TestCanonical(t *testing.T) {
	tests := []struct {
		name, path string
		folder     bool
	}{
		{"index.js", "index.js", false},
		{"lib/", "lib", true},
		{"./lib/a b.js", "lib/a b.js", false},
		{"./", "", true},
		{"...", "...", false},
		{"日本/語.txt", "日本/語.txt", false},
		{"a:b/c", "", false},
		{"1:b", "1:b", false},
		{"lib/c:/x", "lib/c:/x", false},
	}
	for _, tt := range tests {
		path, folder, f := canonical(tt.name, true)
		if refused := tt.path == "" && !tt.folder; refused != f.found() || !refused && (path != tt.path || folder != tt.folder) {
			t.Errorf("canonical(%q) = %q, %v, %q; want %q, %v", tt.name, path, folder, f.problem, tt.path, tt.folder)
		}
	}
}

func TestQuoteIsSafeAndShort(t *testing.T) {
	tests := []struct{ name, want string }{
		{"a.js", `"a.js"`},
		{"\x1b[2J\u202e\u200b", `"\x1b[2J\u202e\u200b"`},
		{`say "hi"`, `"say \"hi\""`},
		{strings.Repeat("é", 200), `"` + strings.Repeat("é", 50) + `"…`},
		{"x" + strings.Repeat("é", 200), `"x` + strings.Repeat("é", 49) + `"…`},
	}
	for _, tt := range tests {
		if got := quote(tt.name); got != tt.want {
			t.Errorf("quote(%q) = %s, want %s", tt.name, got, tt.want)
		}
	}
	if got := quote(strings.Repeat("\xff", 300)); len(got) > 500 {
		t.Errorf("%d bytes for a name of 300 bad ones", len(got))
	}
}
