package archivetest

import (
	"bytes"
	"math"
	"strings"
)

// noZips are files of other kinds, and zips without anything in them.
func noZips() []Sample {
	text := func(name, reason, body string) Sample {
		return Sample{Name: name, Reason: reason, Make: func() []byte { return []byte(body) }}
	}
	const not = "This is not a zip file"
	return []Sample{
		text("no_bytes", not, ""),
		text("no_zip_text", not, "exports.handler = async () => 1\n"),
		text("no_zip_gzip", not, "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"+strings.Repeat("x", 64)),
		text("no_zip_png", not, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
		text("no_zip_zeros", not, strings.Repeat("\x00", 200<<10)),
		text("no_zip_two_letters", not, "PK"),
		text("no_zip_local_signature_only", "cut off", "PK\x03\x04"),
		text("no_zip_end_signature_only", "cut off", "PK\x05\x06"),
		made("empty_archive", "is empty", func() *build { return zip() }),
		made("empty_archive_with_comment", "is empty", func() *build {
			return zip().ending(func(e *end) { e.comment = "nothing here" })
		}),
		made("only_folders", "holds only folders", func() *build { return zip(file("src/", ""), file("src/lib/", "")) }),
	}
}

// cut returns the first bytes of a sound archive with a comment, as many as keep says.
func cut(keep func(length int) int) func() []byte {
	return func() []byte {
		b := zip(index(), evil()).ending(func(e *end) { e.comment = "release 7" }).bytes()
		return b[:keep(len(b))]
	}
}

// hostileEnds are end records that lie, and data before and after the archive.
func hostileEnds() []Sample {
	ending := func(name, reason string, change func(*end)) Sample {
		return made(name, reason, func() *build { return zip(index(), evil()).ending(change) })
	}
	const parts, place = "one part of several", "does not lie where"
	return append(hostileSurroundings(),
		ending("end_disk", parts, func(e *end) { e.disk = 1 }),
		ending("end_directory_disk", parts, func(e *end) { e.dirDisk = 1 }),
		ending("end_entries_on_disk", parts, func(e *end) { e.here-- }),
		ending("end_count_low", "goes on after entry number 1", func(e *end) { e.here, e.count = 1, 1 }),
		ending("end_count_high", "says 3 entries, but its directory has", func(e *end) { e.here, e.count = 3, 3 }),
		made("end_count_high_with_room", "says 3 entries, but its directory has 2", func() *build {
			return zip(index(), file(strings.Repeat("long", 50), "")).ending(func(e *end) { e.here, e.count = 3, 3 })
		}),
		ending("end_count_zero", "goes on after entry number 0", func(e *end) { e.here, e.count = 0, 0 }),
		ending("end_count_impossible", "room for fewer", func(e *end) { e.here, e.count = 60000, 60000 }),
		ending("end_directory_short", place, func(e *end) { e.size -= 53 }),
		ending("end_directory_long", place, func(e *end) { e.size++ }),
		ending("end_offset_low", "no entry", func(e *end) { e.offset--; e.size++ }),
		ending("end_offset_high", "directory is damaged", func(e *end) { e.offset++; e.size-- }),
		ending("end_offset_beyond", place, func(e *end) { e.offset = 1 << 30 }),
		ending("end_size_beyond", place, func(e *end) { e.size = 1 << 30 }),
		ending("end_sentinel_without_zip64", "zip64 record that is missing", func(e *end) { e.offset = full32 }),
		ending("end_sentinel_size_without_zip64", "zip64 record that is missing", func(e *end) { e.size = full32 }),
		ending("end_sentinel_count_without_zip64", "zip64 record that is missing", func(e *end) { e.here, e.count = full16, full16 }),
		ending("end_comment_longer_than_file", "comment is longer", func(e *end) { e.commentLength = 5 }),
		ending("end_comment_shorter_than_data", "are 4 bytes of data after", func(e *end) { e.comment, e.commentLength = "1234567", 3 }),
		ending("end_record_in_comment", "second end record", func(e *end) {
			e.comment = "see PK\x05\x06 below" + strings.Repeat("x", 30)
		}),
		made("end_archive_in_comment", "second end record", archiveInComment),
		made("end_two_that_disagree", "second end record", twoEnds),
		made("directory_signature_record", "goes on after", func() *build {
			z := zip(index())
			z.tail = append([]byte("PK\x05\x05"), make([]byte, 60)...)
			return z
		}),
		made("directory_zeros_behind_entries", "goes on after", func() *build {
			z := zip(index())
			z.tail = make([]byte, 64)
			return z
		}),
		made("directory_cut_record", "runs over its end", func() *build {
			z := zip(index()).ending(func(e *end) { e.here, e.count = 2, 2 })
			z.tail = append([]byte("PK\x01\x02"), make([]byte, 41)...)
			return z
		}),
		made("directory_name_over_the_end", "runs over its end", func() *build {
			return zip(index(), evil().with(func(e *entry) { e.raw = func(b []byte) { le.PutUint16(b[28:], 9999) } }))
		}),
		made("directory_bad_signature", "no entry", func() *build {
			return zip(evil().with(func(e *entry) { e.raw = func(b []byte) { b[2] = 7 } }))
		}),
	)
}

// hostileSurroundings have bytes that belong to no archive, or too few.
func hostileSurroundings() []Sample {
	around := func(name, reason string, change func(*build)) Sample {
		return made(name, reason, func() *build {
			z := zip(index(), evil())
			change(z)
			return z
		})
	}
	return []Sample{
		{Name: "cut_one_byte", Reason: "cut off", Make: cut(func(n int) int { return n - 1 })},
		{Name: "cut_in_end_record", Reason: "cut off", Make: cut(func(n int) int { return n - 15 })},
		{Name: "cut_half", Reason: "cut off", Make: cut(func(n int) int { return n / 2 })},
		around("suffix_byte", "is 1 byte of data after", func(z *build) { z.suffix = []byte{0} }),
		around("suffix_script", "bytes of data after", func(z *build) { z.suffix = []byte("<?php system($_GET['c']); ?>") }),
		around("suffix_long", "This is not a zip file", func(z *build) { z.prefix, z.suffix = []byte("x"), make([]byte, 70<<10) }),
		around("suffix_padding", "bytes of data after", func(z *build) { z.suffix = make([]byte, 5000) }),
		around("prefix_uncounted", "before the zip's first entry", func(z *build) { z.prefix = []byte("#!/bin/sh\nexec python \"$0\"\n") }),
		around("prefix_counted", "before the zip's first entry", func(z *build) { z.before = []byte("MZ a program that unpacks itself") }),
		around("joined_archives", "two zips were joined", func(z *build) { z.prefix = zip(index()).bytes() }),
		around("between_entries_and_directory", "belongs to no entry", func(z *build) { z.between = []byte("PK\x06\x08 archive extra data") }),
		{Name: "bsdtar_padded", Reason: "bytes of data after", Make: fixture("hostile-bsdtar-padded")},
	}
}

// archiveInComment has a whole second archive in its comment; readers that search from the end see that one.
func archiveInComment() *build {
	outer := zip(index())
	length := len(outer.bytes())
	inner := zip(evil())
	for _, e := range inner.entries {
		e.shift = int64(length)
	}
	comment := inner.ending(func(e *end) { e.offset += uint32(length) }).bytes()
	return outer.ending(func(e *end) { e.comment = string(comment) })
}

// twoEnds is an archive whose last file holds the directory and end record of another one, which reaches to the end of
// the file by its comment. Each is sound from its own end record on.
func twoEnds() *build {
	first := index()
	var directory bytes.Buffer
	first.writeCentral(&directory, map[*entry]uint64{first: 0})
	carrier := file("LICENSE", "")
	var data bytes.Buffer
	first.writeLocal(&data)
	at := data.Len() + 30 + len(carrier.local.name) // of the hidden directory
	hidden := &build{end: func(e *end) { e.here, e.count, e.offset, e.size = 1, 1, uint32(at), uint32(directory.Len()) }}
	record := hidden.bytes()
	z := zip(first, file("LICENSE", directory.String()+string(record)))
	le.PutUint16(record[20:], uint16(len(z.bytes())-at-directory.Len()-len(record)))
	return zip(first, file("LICENSE", directory.String()+string(record)))
}

// hostileZip64 are lies in the zip64 end record and its locator.
func hostileZip64() []Sample {
	large := func(name, reason string, w *end64, change func(*end)) Sample {
		return made(name, reason, func() *build {
			z := zip(index(), evil()).ending(change)
			z.wide = w
			return z
		})
	}
	all := func(e *end) { e.here, e.count, e.size, e.offset = full16, full16, full32, full32 }
	const disagree, beyond = "do not agree", "beyond the end"
	return []Sample{
		large("zip64_end_disagrees", disagree, &end64{change: func(r *record64) { r.offset += 7 }}, nil),
		large("zip64_count_disagrees", disagree, &end64{change: func(r *record64) { r.here, r.count = 1, 1 }}, nil),
		large("zip64_size_disagrees", disagree, &end64{change: func(r *record64) { r.size-- }}, nil),
		large("zip64_here_disagrees", disagree, &end64{change: func(r *record64) { r.here = 1 }}, all),
		large("zip64_disk", disagree, &end64{change: func(r *record64) { r.disk = 1 }}, all),
		large("zip64_directory_disk", disagree, &end64{change: func(r *record64) { r.dirDisk = 1 }}, all),
		large("zip64_end_disk", disagree, &end64{}, func(e *end) { all(e); e.disk = 3 }),
		large("zip64_more_data", disagree, &end64{change: func(r *record64) { r.more, r.length = []byte("hidden"), 50 }}, all),
		large("zip64_length", disagree, &end64{change: func(r *record64) { r.length = 43 }}, all),
		large("zip64_locator_elsewhere", disagree, &end64{locator: func(l *locator64) { l.offset = 0 }}, all),
		large("zip64_locator_far", disagree, &end64{locator: func(l *locator64) { l.offset = math.MaxUint64 - 8 }}, all),
		large("zip64_locator_disk", disagree, &end64{locator: func(l *locator64) { l.disk = 1 }}, all),
		large("zip64_locator_disks", disagree, &end64{locator: func(l *locator64) { l.disks = 2 }}, all),
		large("zip64_signature", disagree, &end64{sign: "PK\x06\x09"}, all),
		made("zip64_locator_before_the_file", disagree, func() *build {
			z := zip()
			z.wide = &end64{no: true, locator: func(l *locator64) { l.offset = math.MaxUint64 - 55 }}
			return z
		}),
		large("zip64_locator_alone", disagree, &end64{no: true}, nil),
		large("zip64_offset_huge", beyond, &end64{change: func(r *record64) { r.offset = 1 << 63 }}, all),
		large("zip64_size_huge", beyond, &end64{change: func(r *record64) { r.size = math.MaxUint64 }}, all),
		large("zip64_count_huge", beyond, &end64{change: func(r *record64) { r.here, r.count = 1<<40, 1<<40 }}, all),
		large("zip64_offset_and_size_wrap", beyond, &end64{change: func(r *record64) { r.offset -= 100; r.size = math.MaxUint64 - 200 }}, all),
		made("zip64_locator_in_comment", disagree, func() *build {
			fake := "PK\x06\x07" + strings.Repeat("\x00", 16)
			return zip(index(), evil().listed(func(h *header) { h.comment = fake }))
		}),
	}
}
