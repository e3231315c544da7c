package static_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"verso/static"
)

func get(method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestHashedFiles(t *testing.T) {
	for name, kind := range map[string]string{
		"css/app.css": "text/css; charset=utf-8", "vendor/htmx.min.js": "text/javascript; charset=utf-8",
		"js/app.js": "text/javascript; charset=utf-8", "icons.svg": "image/svg+xml",
	} {
		path := static.Path(name)
		if !regexp.MustCompile(`^/static/[-.a-z]+\.[0-9a-f]{16}\.[a-z]+$`).MatchString(path) {
			t.Errorf("%s is at %s", name, path)
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		res := get("GET", path)
		body, _ := io.ReadAll(res.Body)
		if string(body) != string(want) || res.Header.Get("Content-Type") != kind || res.Header.Get("X-Content-Type-Options") != "nosniff" ||
			res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" || res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %d bytes, %v", name, len(body), res.Header)
		}
	}
}

func TestGzip(t *testing.T) {
	path := static.Path("css/app.css")
	plain, err := os.ReadFile("css/app.css")
	if err != nil {
		t.Fatal(err)
	}
	for accept, want := range map[string]string{
		"gzip": "gzip", "br, gzip;q=0.5": "gzip", "GZIP": "gzip", "": "", "br": "", "gzip;q=0": "", "gzip; q=0.000": "", "xgzip": "",
	} {
		res := get("GET", path, "Accept-Encoding", accept)
		if got := res.Header.Get("Content-Encoding"); got != want {
			t.Errorf("%q gets %q", accept, got)
			continue
		}
		body := io.Reader(res.Body)
		if want != "" {
			if body, err = gzip.NewReader(res.Body); err != nil {
				t.Fatal(err)
			}
		}
		if data, err := io.ReadAll(body); err != nil || string(data) != string(plain) {
			t.Errorf("%q: %d bytes, %v", accept, len(data), err)
		}
	}
}

func TestNotModified(t *testing.T) {
	path := static.Path("css/app.css")
	tag := get("GET", path).Header.Get("ETag")
	packed := get("GET", path, "Accept-Encoding", "gzip").Header.Get("ETag")
	if tag == "" || tag == packed {
		t.Fatalf("the two forms bear %s and %s", tag, packed)
	}
	for match, want := range map[string]int{tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, packed: 200} {
		if res := get("GET", path, "If-None-Match", match); res.StatusCode != want {
			t.Errorf("%s answers %d, want %d", match, res.StatusCode, want)
		}
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{
		"/static/", "/static", "/static/css/app.css", "/static/app.css", "/static/../static.go", "/static/app.0000000000000000.css", static.Path("nothing.css"),
	} {
		if res := get("GET", path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d", path, res.StatusCode)
		}
	}
	if res := get("POST", static.Path("css/app.css")); res.StatusCode != http.StatusMethodNotAllowed || res.Header.Get("Allow") == "" {
		t.Errorf("POST answers %d", res.StatusCode)
	}
	res := get("HEAD", static.Path("css/app.css"))
	if body, _ := io.ReadAll(res.Body); len(body) > 0 || res.StatusCode != http.StatusOK || res.Header.Get("Content-Length") == "" {
		t.Errorf("HEAD answers %d with %d bytes", res.StatusCode, len(body))
	}
}

// htmx is vendored from the npm package htmx.org 4.0.1; this is the file of that release, unchanged.
func TestHTMXIsTheRelease(t *testing.T) {
	data, err := os.ReadFile("vendor/htmx.min.js")
	if err != nil {
		t.Fatal(err)
	}
	const want = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
		t.Errorf("its sha-256 is %x", sum)
	}
}

func TestStyleSheet(t *testing.T) {
	data, err := os.ReadFile("css/app.css")
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > 25<<10 {
		t.Errorf("%d bytes; 25 KiB are allowed", len(data))
	}
	css := string(data)
	if strings.Contains(css, "@import") || strings.Contains(css, "url(") || strings.Contains(css, "http") {
		t.Error("it loads something")
	}
	for _, size := range regexp.MustCompile(`(?:font-size: |font: (?:600 )?)(\d+)px`).FindAllStringSubmatch(css, -1) {
		if !strings.Contains(" 13 14 16 20 ", " "+size[1]+" ") {
			t.Errorf("a font size of %s px", size[1])
		}
	}
	if strings.Count(css, "{") != strings.Count(css, "}") {
		t.Error("its braces do not pair up")
	}
}

// The scripts of our own are sent with every form; this is what they may weigh before they are packed.
func TestScriptBudget(t *testing.T) {
	const budget = 25_600
	total := 0
	for _, name := range []string{"app", "form", "package", "package-worker", "upload"} {
		body, err := io.ReadAll(get(http.MethodGet, static.Path("js/"+name+".js")).Body)
		if err != nil || len(body) == 0 {
			t.Fatalf("js/%s.js: %d bytes, %v", name, len(body), err)
		}
		total += len(body)
	}
	entries, err := os.ReadDir("js")
	if err != nil || len(entries) != 5 {
		t.Errorf("there are %d scripts (%v); count all of them here", len(entries), err)
	}
	if total > budget {
		t.Errorf("the scripts have %d bytes; %d are allowed", total, budget)
	}
}
