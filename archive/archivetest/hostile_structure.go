package archivetest

import "bytes"

// hostileHeaders are entries whose header in front of the data says something else than the directory.
func hostileHeaders() []Sample {
	own := func(name, reason string, change func(*header)) Sample {
		return one(name, reason, func() *entry { return evil().own(change) })
	}
	const ownZip64 = "does not fit its own header"
	return []Sample{
		own("diff_name", "another name", func(h *header) { h.name = "good.js" }),
		own("diff_name_case", "another name", func(h *header) { h.name = "EVIL.js" }),
		own("diff_name_long", "another name", func(h *header) { h.name += "/and/more" }),
		own("diff_name_traversal", "another name", func(h *header) { h.name = "../e.js" }),
		own("diff_method", "another method", func(h *header) { h.method = stored }),
		own("diff_flags", "another set of flags", func(h *header) { h.flags = flagUTF8 }),
		own("diff_encrypted", "another set of flags", func(h *header) { h.flags = 1 }),
		own("diff_crc", "another CRC", func(h *header) { h.crc++ }),
		own("diff_crc_zero", "another CRC", func(h *header) { h.crc = 0 }),
		own("diff_size", "another size", func(h *header) { h.size++ }),
		own("diff_size_zero", "another size", func(h *header) { h.size = 0 }),
		own("diff_packed", "another size", func(h *header) { h.packed-- }),
		own("diff_packed_and_size_zero", "another size", func(h *header) { h.packed, h.size = 0, 0 }),
		own("diff_zip64", ownZip64, func(h *header) { h.extra = wide(5, 5) }),
		one("diff_zip64_sizes", "another size", func() *entry {
			return evil().own(func(h *header) { h.extra, h.packed, h.size = wide(h.size+1, h.packed), full32, full32 })
		}),
		one("diff_zip64_size_given_twice", ownZip64, func() *entry {
			return evil().own(func(h *header) { h.extra, h.packed = wide(h.size, h.packed), full32 })
		}),
		one("diff_zip64_packed_given_twice", ownZip64, func() *entry {
			return evil().own(func(h *header) { h.extra, h.size = wide(h.size, h.packed), full32 })
		}),
		one("diff_zip64_long", ownZip64, func() *entry {
			return evil().own(func(h *header) { h.extra, h.packed, h.size = wide(h.size, h.packed, 0), full32, full32 })
		}),
		one("header_extra_over_the_data", "overlaps", func() *entry {
			return evil().with(func(e *entry) { e.spoil = func(b []byte) { le.PutUint16(b[28:], 9) } })
		}),
		one("header_packed_negative", "beyond the end", func() *entry {
			return evil().listed(func(h *header) { h.extra, h.packed = wide(1<<63+1), full32 })
		}),
		one("header_signature", "no header where", func() *entry {
			return evil().with(func(e *entry) { e.spoil = func(b []byte) { b[2] = 1 } })
		}),
		one("header_offset_beyond", "beyond the end", func() *entry {
			return evil().with(func(e *entry) { e.offset = func() uint64 { return 1 << 31 } })
		}),
		one("header_offset_huge", "beyond the end", func() *entry {
			return evil().listed(func(h *header) { h.extra = wide(1 << 63) }).with(func(e *entry) {
				e.offset = func() uint64 { return full32 }
			})
		}),
		one("header_disk", "another part", func() *entry { return evil().listed(func(h *header) { h.disk = 1 }) }),
	}
}

// hostileLayouts are archives whose entries do not lie one behind the other.
func hostileLayouts() []Sample {
	return []Sample{
		made("gap_hidden_entry", "belongs to no entry", func() *build {
			return zip(index(), evil().with(func(e *entry) { e.unlisted = true }), pack("last.js", "1\n"))
		}),
		made("gap_hidden_first", "before the zip's first entry", func() *build {
			return zip(evil().with(func(e *entry) { e.unlisted = true }), index())
		}),
		made("gap_hidden_last", "belongs to no entry", func() *build {
			return zip(index(), evil().with(func(e *entry) { e.unlisted = true }))
		}),
		made("gap_bytes", "belongs to no entry", func() *build {
			return zip(index(), evil().with(func(e *entry) { e.before = []byte("unseen") }))
		}),
		made("overlap_same_header", "overlaps", func() *build {
			first := index()
			other := pack("copy.js", "").with(func(e *entry) { e.central = first.central; e.central.name = "other.js"; e.share = first })
			return zip(first, other)
		}),
		made("overlap_inner", "overlaps", overlapInner),
		made("overlap_into_directory", "overlaps", func() *build {
			return zip(index(), evil().both(func(h *header) { h.packed += 20 }))
		}),
		made("bomb_overlap_fifield", "overlaps", fifield),
		made("bomb_overlap_kernel", "overlaps", func() *build {
			kernel := file("0", "").packed(zeros(1 << 20)).both(func(h *header) { h.size = 1 << 20 })
			z := zip(kernel)
			for _, name := range []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"} {
				e := file(name, "").with(func(e *entry) { e.central = kernel.central; e.central.name = name; e.share = kernel })
				z.entries = append(z.entries, e)
			}
			return z
		}),
	}
}

// overlapInner has an entry whose header lies inside the stored data of another.
func overlapInner() *build {
	hidden := zip(evil()).bytes()
	hidden = hidden[:bytes.Index(hidden, []byte("PK\x01\x02"))]
	carrier := file("data.bin", string(hidden))
	inner := evil().with(func(e *entry) { e.share = carrier; e.shift = 30 + 8 })
	inner.offset = func() uint64 { return 30 + 8 }
	return zip(carrier, inner)
}

// fifield is David Fifield's overlap: each entry quotes the headers of all that follow in a stored block, and so all
// share one kernel.
func fifield() *build {
	kernel := zeros(1 << 20)
	var rest bytes.Buffer
	last := file("9", "").packed(kernel).both(func(h *header) { h.size = 1 << 20 })
	last.writeLocal(&rest)
	z := zip(last)
	for _, name := range []string{"8", "7", "6", "5", "4", "3", "2", "1", "0"} {
		before := z.entries[0]
		first := rest.Bytes()[:30+len(before.local.name)]
		quote := le.AppendUint16(le.AppendUint16([]byte{0}, uint16(len(first))), ^uint16(len(first)))
		e := file(name, "").packed(append(append(quote, first...), rest.Bytes()[len(first):]...))
		e.both(func(h *header) { h.size = before.local.size + uint64(len(first)) })
		z.entries = append([]*entry{e}, z.entries...)
		rest.Reset()
		e.writeLocal(&rest)
	}
	// All but the first header lie inside the data of the first entry: a step of header and quoting block each.
	at := uint64(0)
	for i, e := range z.entries {
		here := at
		e.offset = func() uint64 { return here }
		at += uint64(30+len(e.local.name)) + 5
		if i > 0 {
			e.share = z.entries[0]
		}
	}
	return z
}

// hostileDescriptors have something else between data and next header than the entry's data descriptor.
func hostileDescriptors() []Sample {
	bad := func(name string, change func(*entry)) Sample {
		return one(name, "wrong data descriptor", func() *entry { return evil().described().with(change) })
	}
	return []Sample{
		bad("descriptor_missing", func(e *entry) { e.descriptor = nil }),
		bad("descriptor_crc", func(e *entry) { e.descriptor[4]++ }),
		bad("descriptor_packed", func(e *entry) { e.descriptor[8]++ }),
		bad("descriptor_size", func(e *entry) { e.descriptor[12]++ }),
		bad("descriptor_signature", func(e *entry) { e.descriptor[3] = 9 }),
		bad("descriptor_longer", func(e *entry) { e.descriptor = append(e.descriptor, 0) }),
		bad("descriptor_wide_unannounced", func(e *entry) { e.descriptor = descriptor(e.central, 8, true) }),
		bad("descriptor_wide_unsigned", func(e *entry) { e.descriptor = descriptor(e.central, 8, false) }),
		bad("descriptor_narrow", func(e *entry) {
			e.own(func(h *header) { h.extra, h.packed, h.size = wide(0, 0), full32, full32 })
		}),
		one("descriptor_wide_high_half", "wrong data descriptor", func() *entry {
			return wideDescribed(evil()).with(func(e *entry) { e.descriptor[12] = 1 })
		}),
		one("descriptor_unflagged", "belongs to no entry", func() *entry {
			return evil().with(func(e *entry) { e.descriptor = descriptor(e.central, 4, true) })
		}),
		one("descriptor_stored_unsigned", "wrong data descriptor", func() *entry {
			return file("data.bin", "stored").described().with(func(e *entry) { e.descriptor = descriptor(e.central, 4, false) })
		}),
		one("descriptor_ambiguous_crc", "wrong data descriptor", func() *entry {
			return evil().described().with(func(e *entry) {
				e.both(func(h *header) { h.crc = 0x08074b50 })
				e.descriptor = descriptor(e.central, 4, false)
			})
		}),
		one("descriptor_decoy", "looks like its own end", func() *entry { return file("data.bin", decoy(100, 0)).described() }),
		one("descriptor_decoy_wide", "looks like its own end", func() *entry { return file("data.bin", decoy(700<<10, 400<<10)).described() }),
		one("descriptor_decoy_on_seam", "looks like its own end", func() *entry { return file("data.bin", decoy(256<<10-43, 300<<10)).described() }),
		one("descriptor_decoy_at_end", "looks like its own end", func() *entry {
			// The size of the decoy is the CRC in the true descriptor, which here lies about it too.
			body := string(bytes.Repeat([]byte("x"), 60)) + "PK\x07\x08"
			return file("data.bin", body).with(func(e *entry) { e.both(func(h *header) { h.crc = 60 }) }).described()
		}),
	}
}

// decoy is stored data that holds a second file's worth behind what looks like the end of the first: n bytes, then a
// data descriptor for them, then more.
func decoy(n, more int) string {
	first := file("", string(bytes.Repeat([]byte("x"), n)))
	rest := zip(evil()).bytes()
	return string(first.body) + string(descriptor(first.central, 4, true)) + string(rest) + string(make([]byte, more))
}

// zeros is n zero bytes, deflated.
func zeros(n int) []byte { return deflate(make([]byte, n)) }
