package archivetest

import (
	stdzip "archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
)

// Good returns archives that must be accepted: made by the tools people use, and what those tools are allowed to write.
func Good() []Sample {
	samples := []Sample{
		made("plain", "", func() *build { return zip(index()) }),
		made("stored_and_deflated", "", func() *build {
			return zip(file("a.txt", "stored"), pack("b.txt", strings.Repeat("deflated ", 1000)), file("c/d.txt", "stored"))
		}),
		made("descriptors", "", func() *build {
			return zip(pack("a.txt", "one").described(), file("b.txt", "two").described(), file("c.txt", "").described(), index())
		}),
		made("descriptors_unsigned", "", func() *build {
			return zip(index().described().with(func(e *entry) { e.descriptor = descriptor(e.central, 4, false) }))
		}),
		made("descriptors_wide", "", func() *build { return zip(wideDescribed(index()), wideDescribed(pack("b", "b"))) }),
		made("descriptor_with_known_sizes", "", func() *build {
			return zip(index().described().with(func(e *entry) { e.local = e.central }))
		}),
		made("stored_zip_with_descriptor", "", func() *build {
			return zip(file("inner.zip", string(zip(index().described(), evil().described()).bytes())).described())
		}),
		made("zip64", "", func() *build {
			z := zip(wideSized(index()), wideSized(file("b", "b"))).ending(func(e *end) {
				e.here, e.count, e.size, e.offset = full16, full16, full32, full32
			})
			z.wide = &end64{}
			return z
		}),
		made("zip64_not_needed", "", func() *build {
			z := zip(index())
			z.wide = &end64{}
			return z
		}),
		made("comments", "", func() *build {
			return zip(index().listed(func(h *header) { h.comment = "entry" })).ending(func(e *end) {
				e.comment = "commit 0123456789abcdef " + strings.Repeat("x", 60000)
			})
		}),
		made("empty_files", "", func() *build { return zip(file("a", ""), pack("b", ""), file("c", "").described()) }),
		made("folders", "", func() *build {
			return zip(file("lib/", ""), file("lib/a/", ""), file("lib/a/x.js", "x"), file("empty/", "")).
				ending(func(e *end) { e.comment = "folders" })
		}),
		made("folders_deflated", "", func() *build {
			return zip(pack("META-INF/", "").described(), pack("META-INF/MANIFEST.MF", "x").described())
		}),
		made("folder_after_its_files", "", func() *build { return zip(file("lib/x.js", "x"), file("lib/", "")) }),
		made("executable", "", func() *build {
			return zip(file("bootstrap", "#!/bin/sh\n").listed(func(h *header) { h.attributes = modeProgram }), index())
		}),
		made("made_on_windows", "", func() *build {
			return zip(index().both(func(h *header) { h.made, h.attributes = 20, 0x20 }),
				file("lib/", "").both(func(h *header) { h.made, h.attributes = 10<<8|20, 0x10 }))
		}),
		made("utf8_names", "", func() *build {
			return zip(file("привет/мир.js", "x"), file("日本語.txt", "y"), file("e\u0301.txt", "z"), file("🦊.txt", "f"))
		}),
		made("unicode_path_that_repeats", "", func() *build {
			return zip(file("héllo.js", "x").both(func(h *header) { h.extra = unicodePath("héllo.js", "héllo.js") }))
		}),
		made("dot_slash_names", "", func() *build {
			return zip(file("./", ""), file("./index.js", "x"), file("./lib/", ""), file("./lib/a", "a"))
		}),
		made("directory_in_other_order", "", otherOrder),
		made("longest_names", "", func() *build {
			return zip(file(strings.Repeat("d/", 63)+"x", "deep"), file(strings.Repeat("p", 255), "wide"),
				file(strings.Repeat(strings.Repeat("d", 203)+"/", 5)+"long", "long"))
		}),
		made("similar_names", "", func() *build {
			return zip(file("lib.js", "1"), file("lib/x.js", "2"), file("lib-x.js", "3"), file("a..b/c...d", "4"), file("...", "5"), file(" x", "6"), file("12:30.log", "7"), file("a;1/b;c", "8"))
		}),
		made("crc_that_is_zero", "", func() *build { return zip(file("zero.bin", "\x9d\x0a\xd9\x6d"), pack("b", "\x9d\x0a\xd9\x6d")) }),
		made("nested_bomb_unopened", "", func() *build {
			bomb := zip(file("bomb.txt", "").packed(zeros(8 << 20)).both(func(h *header) { h.size = 1 << 40 })).bytes()
			return zip(index(), file("inner.zip", string(bomb)), pack("inner2.zip", string(bomb)))
		}),
		made("highly_compressible", "", func() *build {
			zero := string(make([]byte, 8<<20))
			return zip(pack("zeros-1.bin", zero), pack("zeros-2.bin", zero))
		}),
		made("entries_20000", "", func() *build { return thousands(20000) }),
		made("entries_65000", "", func() *build { return thousands(65000) }),
		made("longest_directory", "", func() *build { return many(65000, "%05d/"+strings.Repeat("Dd/", 62)+"LongestDirectory") }),
		{Name: "big_40_mb", Make: func() []byte { return Big(5000, 40_000_000, 1) }},
		{Name: "one_big_stored_file", Make: func() []byte {
			return zip(file("model.bin", string(Big(100, 20_000_000, 2))).described()).bytes()
		}},
		{Name: "archive_zip_writer", Make: standardWriter},
	}
	for _, name := range []string{"go", "python", "python-stream", "python-zip64", "infozip", "infozip-stream", "7zip", "bsdtar", "bsdtar-zip64"} {
		samples = append(samples, Sample{Name: "tool_" + name, Make: fixture(name)})
	}
	return samples
}

// wideSized gives an entry zip64 fields though it does not need them.
func wideSized(e *entry) *entry {
	return e.both(func(h *header) { h.extra, h.packed, h.size = wide(h.size, h.packed), full32, full32 })
}

// wideDescribed gives an entry a data descriptor with sizes of 64 bits, which its header announces.
func wideDescribed(e *entry) *entry {
	e.described()
	e.descriptor = descriptor(e.central, 8, true)
	return e.own(func(h *header) { h.extra, h.packed, h.size = wide(0, 0), full32, full32 })
}

// otherOrder lists its entries in another order than that of their data.
func otherOrder() *build {
	a, b, c := file("a", "1"), file("b", "22"), file("c", "333")
	z := zip(a, b, c)
	z.data = []*entry{c, a, b}
	return z
}

// thousands is what an archive of installed dependencies looks like.
func thousands(n int) *build {
	z := &build{entries: make([]*entry, 0, n)}
	for i := range n {
		body := fmt.Sprintf("module.exports = %d\n", i)
		z.entries = append(z.entries, file(fmt.Sprintf("node_modules/package-%03d/dist/esm/internal/module-%03d.js", i/200, i%200), body))
	}
	return z
}

// standardWriter is what Go's own writer makes.
func standardWriter() []byte {
	var b bytes.Buffer
	w := stdzip.NewWriter(&b)
	_, _ = w.Create("lib/")
	for _, name := range []string{"index.js", "lib/a.js", "lib/é.js"} {
		f, err := w.Create(name)
		if err == nil {
			_, _ = io.WriteString(f, strings.Repeat(name, 100))
		}
	}
	if f, err := w.CreateHeader(&stdzip.FileHeader{Name: "stored.bin", Method: stdzip.Store}); err == nil {
		_, _ = f.Write([]byte("stored"))
	}
	_ = w.Close() // a buffer takes everything
	return b.Bytes()
}
