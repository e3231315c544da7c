package archivetest

import (
	"fmt"
	"math"
	"strings"
)

// hostileContents are entries whose data is not what the headers say, and bombs that lie about their size.
func hostileContents() []Sample {
	method := func(name string, number uint16) Sample {
		return one(name, fmt.Sprintf("method %d", number), func() *entry {
			return evil().both(func(h *header) { h.method = number })
		})
	}
	flag := func(name, reason string, bit uint16) Sample {
		return one(name, reason, func() *entry { return evil().both(func(h *header) { h.flags |= bit }) })
	}
	body := func(name, reason string, change func(*entry)) Sample {
		return one(name, reason, func() *entry { return evil().with(change) })
	}
	resize := func(e *entry) { e.both(func(h *header) { h.packed = uint64(len(e.body)) }) }
	return []Sample{
		method("method_shrunk", 1), method("method_imploded", 6), method("method_deflate64", 9), method("method_bzip2", 12),
		method("method_lzma", 14), method("method_zstd", 93), method("method_xz", 95), method("method_unknown", 777),
		one("method_aes", "is encrypted", func() *entry { return evil().both(func(h *header) { h.method = 99 }) }),
		one("version_needed", "needs version 6.3", func() *entry { return evil().both(func(h *header) { h.need = 63 }) }),
		one("version_needed_in_directory", "needs version 5.0", func() *entry { return evil().listed(func(h *header) { h.need = 50 }) }),
		one("version_needed_in_header", "needs version 14.8", func() *entry { return evil().own(func(h *header) { h.need = 148 }) }),
		flag("flag_encrypted", "is encrypted", 1<<0),
		flag("flag_strong_encryption", "is encrypted", 1<<6),
		flag("flag_masked_headers", "is encrypted", 1<<13),
		flag("flag_enhanced_deflate", "read differently", 1<<4),
		flag("flag_patch_data", "read differently", 1<<5),
		flag("flag_reserved", "read differently", 1<<15),
		body("crc_wrong", "does not match its CRC", func(e *entry) { e.both(func(h *header) { h.crc ^= 1 }) }),
		body("crc_zero", "does not match its CRC", func(e *entry) { e.both(func(h *header) { h.crc = 0 }) }),
		one("crc_zero_stored", "does not match its CRC", func() *entry {
			return file("a.txt", "unchecked").both(func(h *header) { h.crc = 0 })
		}),
		one("crc_of_empty_file", "does not match its CRC", func() *entry {
			return file("a.txt", "").both(func(h *header) { h.crc = 1 })
		}),
		body("deflate_junk_after", "after the end of its packed content", func(e *entry) {
			e.body = append(e.body, "hidden here"...)
			resize(e)
		}),
		body("deflate_second_stream", "after the end of its packed content", func(e *entry) {
			e.body = append(e.body, deflate([]byte("second"))...)
			resize(e)
		}),
		body("deflate_cut", "cannot be unpacked", func(e *entry) { e.body = e.body[:len(e.body)-3]; resize(e) }),
		body("deflate_no_bytes", "cannot be unpacked", func(e *entry) { e.body = nil; resize(e) }),
		body("deflate_reserved_block", "cannot be unpacked", func(e *entry) { e.body[0] |= 6 }),
		body("deflate_far_distance", "cannot be unpacked", func(e *entry) { e.body = []byte{0x63, 0x00, 0x42, 0x00}; resize(e) }),
		body("deflate_stored_length", "cannot be unpacked", func(e *entry) { e.body = []byte{1, 4, 0, 0, 0, 'a', 'b', 'c', 'd'}; resize(e) }),
		body("size_too_high", "unpacks to", func(e *entry) { e.both(func(h *header) { h.size++ }) }),
		body("size_too_low", "unpacks to more than", func(e *entry) { e.both(func(h *header) { h.size-- }) }),
		body("size_none", "unpacks to more than", func(e *entry) { e.both(func(h *header) { h.size = 0 }) }),
		one("stored_sizes_differ", "two sizes differ", func() *entry {
			return file("a.txt", "four").both(func(h *header) { h.size = 3 })
		}),
		one("bomb_lying_size", "unpacks to more than", func() *entry {
			return file("bomb.txt", "").packed(zeros(64 << 20)).both(func(h *header) { h.size = 1000 })
		}),
		one("bomb_lying_size_many", "unpacks to more than", func() *entry {
			return file("bomb.txt", "").packed(zeros(1 << 20)).both(func(h *header) { h.size = 1<<20 - 1 })
		}),
		one("bomb_lying_descriptor", "unpacks to more than", func() *entry {
			return file("bomb.txt", "").packed(zeros(32 << 20)).both(func(h *header) { h.size = 10 }).described()
		}),
	}
}

// hostileLimits pass a limit of faas.DefaultLimits, honestly or not.
func hostileLimits() []Sample {
	large := func(s Sample) Sample {
		s.Large = true
		return s
	}
	const unpacks = "unpacks to more than 680 MiB"
	return []Sample{
		large(made("limit_entries", "65001 entries", func() *build { return many(65001, "f%05d.txt") })),
		large(made("limit_entries_past_16_bits", "66000 entries", func() *build {
			z := many(66000, "f%05d.txt").ending(func(e *end) { e.here, e.count = full16, full16 })
			z.wide = &end64{}
			return z
		})),
		made("entries_counted_with_16_bits", "goes on after entry number 1", func() *build {
			return many(65537, "%05d").ending(func(e *end) { e.here, e.count = 1, 1 })
		}),
		large(made("limit_names", "list of names", func() *build {
			return many(16000, strings.Repeat(strings.Repeat("d", 127)+"/", 7)+"%0127d")
		})),
		large(made("limit_comments", "list of names", func() *build {
			z := zip(index())
			for i := range 400 {
				comment := strings.Repeat("c", 60000)
				z.entries = append(z.entries, file(fmt.Sprint(i), "").listed(func(h *header) { h.comment = comment }))
			}
			return z
		})),
		large(made("bomb_honest", unpacks, func() *build {
			z := zip(index())
			packed := zeros(1 << 20)
			honest := file("x", string(make([]byte, 1<<20)))
			for i := range 681 {
				e := *honest
				e.packed(packed).both(func(h *header) { h.name = fmt.Sprintf("zeros-%03d", i) })
				z.entries = append(z.entries, &e)
			}
			return z
		})),
		large(one("bomb_one_file_claimed", unpacks, func() *entry {
			return file("bomb.txt", "").packed(zeros(8 << 20)).both(func(h *header) { h.size = 700 << 20 })
		})),
		large(made("sum_wraps_64_bits", unpacks, func() *build {
			claim := func(e *entry, size uint64) *entry {
				return e.both(func(h *header) { h.extra = wide(size, h.packed) }).
					both(func(h *header) { h.packed, h.size = full32, full32 })
			}
			return zip(index(), claim(pack("a", "a"), math.MaxUint64-40), claim(pack("b", "b"), 100))
		})),
		large(one("size_negative", unpacks, func() *entry {
			return evil().both(func(h *header) { h.extra, h.packed, h.size = wide(1<<63, h.packed), full32, full32 })
		})),
	}
}

// many is an archive of n empty files.
func many(n int, format string) *build {
	z := &build{entries: make([]*entry, n)}
	for i := range z.entries {
		z.entries[i] = file(fmt.Sprintf(format, i), "")
	}
	return z
}
