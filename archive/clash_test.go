package archive

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	tests := []struct {
		a, b  string
		equal bool
	}{
		{"lib/a.js", "lib/a.js", true},
		{"LIB/A.js", "lib/a.JS", true},
		{"é", "e\u0301", true},
		{"É", "e\u0301", true},
		{"ǘ", "u\u0308\u0301", true}, // decomposes in two steps
		{"각", "\u1100\u1161\u11a8", true},
		{"가", "\u1100\u1161", true},
		{"Σ", "ς", true},
		{"ſ", "S", true},
		{"a.", "a", true},
		{"a. ./b", "a/b", true},
		{"...", "..", false},
		{"a", "b", false},
		{"a/b", "ab", false},
		{"e", "é", false},
		{".a", "a", false},
		{"a/.b", "a/b", false},
		{"u\u0301\u0308", "u\u0301", false},
	}
	for _, tt := range tests {
		if got := fold(tt.a) == fold(tt.b); got != tt.equal {
			t.Errorf("fold(%q) = %q and fold(%q) = %q; equal %v, want %v", tt.a, fold(tt.a), tt.b, fold(tt.b), got, tt.equal)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"a/b.js", "É/x. ", "각", "a.../ /b", "\u0301e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		path, _, fault := canonical(name, true)
		if fault.found() {
			return
		}
		once := fold(path)
		if twice := fold(once); twice != once {
			t.Errorf("fold(%q) = %q, and folded again %q", path, once, twice)
		}
		if upper := fold(strings.ToUpper(path)); fold(strings.ToLower(strings.ToUpper(path))) != upper {
			t.Errorf("upper and lower case of %q fold differently", path)
		}
		if strings.Count(once, "/") != strings.Count(path, "/") {
			t.Errorf("fold(%q) = %q has other folders", path, once)
		}
	})
}
