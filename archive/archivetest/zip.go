package archivetest

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// Zip makes a sound archive of these files by path: deflated, in the order of their paths, the same bytes each time.
// A path that ends in a slash is a folder.
func Zip(files map[string]string) []byte {
	z := zip()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(name, "/") {
			z.entries = append(z.entries, file(name, ""))
			continue
		}
		z.entries = append(z.entries, pack(name, files[name]))
	}
	return z.bytes()
}

// Big makes a sound archive of n files that no tool can compress, size bytes in all, spread over folders of 100 files
// as dependencies are. The first file is index.js. All are deflated, as tools do without looking. Equal arguments give
// equal bytes; another seed gives other content.
func Big(n int, size int64, seed uint64) []byte {
	var key [32]byte
	le.PutUint64(key[:], seed)
	source := rand.NewChaCha8(key)
	each := int(size / int64(n))
	z := zip()
	for i := range n {
		body := make([]byte, each)
		name := fmt.Sprintf("node_modules/package-%03d/lib/module-%02d.js", i/100, i%100)
		if i == 0 {
			body, name = make([]byte, size-int64(each)*int64(n-1)), "index.js"
		}
		_, _ = source.Read(body) // never fails
		z.entries = append(z.entries, file(name, string(body)).packed(uncompressed(body)))
	}
	return z.bytes()
}

// uncompressed is the deflate stream that every tool makes of what it cannot compress: blocks of at most 65,535 bytes.
func uncompressed(body []byte) []byte {
	const most = 1<<16 - 1
	b := make([]byte, 0, len(body)+5*(len(body)/most+1))
	for {
		n := min(len(body), most)
		last := byte(0)
		if n == len(body) {
			last = 1
		}
		b = append(b, last)
		b = le.AppendUint16(le.AppendUint16(b, uint16(n)), ^uint16(n))
		b = append(b, body[:n]...)
		if body = body[n:]; last == 1 {
			return b
		}
	}
}
