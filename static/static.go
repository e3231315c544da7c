// Package static owns the files a browser loads: style sheet, scripts, icons and the vendored htmx. They are embedded
// in the program and served under names that contain a hash of their content, so that they may be kept for ever.
// It must not know any page.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed css js vendor icons.svg favicon.svg
var files embed.FS

// Prefix is where Handler must be mounted.
const Prefix = "/static/"

// types is a table of our own because the operating system's differs from machine to machine.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".txt": "text/plain; charset=utf-8",
}

type asset struct {
	url    string
	kind   string
	hash   string
	plain  []byte
	packed func() []byte // gzip, made at the first wish; nil bytes when it would save nothing
}

type index struct {
	byName map[string]*asset // "css/app.css"
	byURL  map[string]*asset
}

var assets = sync.OnceValue(load)

// Path returns the address of a file by its name in this folder: "css/app.css" → "/static/app.1f2e….css".
// A name that does not exist gets an address that answers 404.
func Path(name string) string {
	if a, ok := assets().byName[name]; ok {
		return a.url
	}
	return Prefix + name
}

// Handler serves the files under Prefix. Only hashed names exist; everything else is 404.
func Handler() http.Handler { return http.HandlerFunc(serve) }

func serve(w http.ResponseWriter, r *http.Request) {
	a, ok := assets().byURL[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	a.write(w, r)
}

func (a *asset) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Vary", "Accept-Encoding")
	body, etag := a.plain, `"`+a.hash+`"`
	if packed := a.packed(); packed != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body, etag = packed, `"`+a.hash+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	if match := r.Header.Get("If-None-Match"); match == "*" || strings.Contains(match, etag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", a.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // a client that went away is nobody's fault
}

// acceptsGzip reads an Accept-Encoding header; "gzip;q=0" says no.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q = strings.ReplaceAll(q, " ", "")
			return !strings.HasPrefix(q, "q=0") || strings.Trim(q, "q=0.") != ""
		}
	}
	return false
}

// load names every embedded file by its content. Reading embedded files cannot fail; one that did would be a 404.
func load() index {
	ix := index{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	_ = fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := files.ReadFile(name)
		if kind, ok := types[path.Ext(name)]; err == nil && ok {
			a := newAsset(name, kind, data)
			ix.byName[name], ix.byURL[a.url] = a, a
		}
		return err
	})
	return ix
}

func newAsset(name, kind string, data []byte) *asset {
	sum := sha256.Sum256(data)
	hash := hex.EncodeToString(sum[:8])
	ext := path.Ext(name)
	stem := strings.TrimSuffix(path.Base(name), ext)
	return &asset{
		url: Prefix + stem + "." + hash + ext, kind: kind, hash: hash, plain: data,
		packed: sync.OnceValue(func() []byte { return pack(data) }),
	}
}

func pack(data []byte) []byte {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err = w.Write(data); err != nil {
		return nil
	}
	if err = w.Close(); err != nil || buf.Len() >= len(data) {
		return nil
	}
	return buf.Bytes()
}
