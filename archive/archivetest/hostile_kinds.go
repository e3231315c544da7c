package archivetest

import "hash/crc32"

// hostileKinds are links, devices and the like, and folders that hold data.
func hostileKinds() []Sample {
	kind := func(name, reason string, made uint16, attributes uint32) Sample {
		return one("kind_"+name, reason, func() *entry {
			return file("a", "/etc/passwd").listed(func(h *header) { h.made, h.attributes = made|20, attributes })
		})
	}
	const windows, either = 10 << 8, "a file by its name and a folder by its attributes"
	return []Sample{
		kind("symlink", "a symbolic link", unix, 0o120777<<16),
		kind("symlink_made_on_mac", "a symbolic link", 19<<8, 0o120777<<16),
		kind("symlink_made_on_fat", "a symbolic link", 0, 0o120777<<16),
		kind("symlink_windows", "a link of Windows", windows, 0x400),
		kind("pipe", "a pipe", unix, 0o010644<<16),
		kind("character_device", "a character device", unix, 0o020644<<16),
		kind("block_device", "a block device", unix, 0o060644<<16),
		kind("socket", "a socket", unix, 0o140644<<16),
		kind("unknown_type", "of an unknown type", unix, 0o170644<<16),
		kind("folder_of_the_amiga", "on a system (number 1)", 1<<8, 0x0bfa4824),
		kind("system_unknown", "on a system (number 99)", 99<<8, 0),
		kind("volume_label", "a volume's name", 0, 0x28),
		kind("dos_device", "a volume's name or a device", 0, 0x40),
		kind("folder_by_mode", either, unix, 0o040755<<16),
		kind("folder_by_dos_attribute", either, windows, 0x10),
		one("kind_file_by_mode", either, func() *entry {
			return file("lib/", "").listed(func(h *header) { h.attributes = modeFile })
		}),
		made("kind_symlink_then_write", "a symbolic link", func() *build {
			link := file("lib", "../../..").listed(func(h *header) { h.attributes = 0o120777 << 16 })
			return zip(index(), link, file("lib/evil.js", "x"))
		}),
		one("folder_with_content", "a folder with content", func() *entry { return file("lib/", "hidden") }),
		one("folder_with_crc", "a folder with content", func() *entry {
			return file("lib/", "").both(func(h *header) { h.crc = 5 })
		}),
		one("folder_with_packed_content", "unpacks to more than", func() *entry {
			return file("lib/", "").packed(deflate([]byte("hidden")))
		}),
		one("folder_with_junk", "after the end of its packed content", func() *entry {
			return file("lib/", "").packed(append(deflate(nil), "hidden"...))
		}),
		{Name: "kind_infozip_symlink", Reason: "a symbolic link", Make: fixture("hostile-infozip-symlink")},
		{Name: "kind_infozip_standard_input", Reason: "a pipe", Make: fixture("hostile-infozip-stdin")},
		{Name: "flag_infozip_password", Reason: "is encrypted", Make: fixture("hostile-infozip-password")},
		{Name: "method_7zip_lzma", Reason: "method 14", Make: fixture("hostile-7zip-lzma")},
		{Name: "method_7zip_aes", Reason: "is encrypted", Make: fixture("hostile-7zip-aes")},
	}
}

// hostileExtras are extra fields that give an entry another name, other sizes or another kind.
func hostileExtras() []Sample {
	both := func(name, reason string, extra []byte) Sample {
		return one("extra_"+name, reason, func() *entry { return evil().both(func(h *header) { h.extra = extra }) })
	}
	const second, damaged, mismatch = "second name", "damaged extra field", "does not fit its directory record"
	staleName := append([]byte{1, 1, 2, 3, 4}, "evil.js"...)
	return []Sample{
		both("unicode_path", second, unicodePath("evil.js", "../../evil.js")),
		both("unicode_path_stale", second, field(extraUnicode, staleName...)),
		both("unicode_path_version", second, field(extraUnicode, append([]byte{2}, unicodePath("evil.js", "evil.js")[5:]...)...)),
		both("unicode_path_short", second, field(extraUnicode, 1, 0)),
		both("unicode_path_twice", second, append(unicodePath("evil.js", "evil.js"), unicodePath("evil.js", "evil.js")...)),
		one("extra_unicode_path_in_header_only", second, func() *entry {
			return evil().own(func(h *header) { h.extra = unicodePath("evil.js", "good.js") })
		}),
		one("extra_unicode_path_in_directory_only", second, func() *entry {
			return evil().listed(func(h *header) { h.extra = unicodePath("evil.js", "good.js") })
		}),
		both("xceed_name", second, field(0x554e, append([]byte("NUCX\x04\x00"), "g\x00o\x00o\x00d\x00"...)...)),
		both("zipit_name", second, field(0x2605, append([]byte("ZPIT\x07"), "good.js"...)...)),
		both("zipit_short", second, field(0x2705, append([]byte("ZPIT"), make([]byte, 8)...)...)),
		both("asi_unix_link", "second set of attributes", field(0x756e, make([]byte, 14)...)),
		one("extra_libarchive_attributes", "second set of attributes", func() *entry {
			return evil().own(func(h *header) { h.extra = field(0x6c78, 7, 20, 3, 0, 0, 0, 0, 0xff, 0xa1) })
		}),
		both("pkware_unix_link", "link or device", field(0x000d, append(make([]byte, 12), "/etc/passwd"...)...)),
		both("aes", "is encrypted", field(0x9901, 2, 0, 'A', 'E', 3, 8, 0)),
		both("strong_encryption", "is encrypted", field(0x0017, 2, 0, 1, 0x66, 0, 1, 0, 0)),
		both("cut", damaged, []byte{0x55, 0x54, 9, 0, 1}),
		both("left_over", damaged, append(field(0x5455, 1, 0, 0, 0, 0), 0, 0, 0)),
		both("zip64_twice", "two zip64 fields", append(wide(1), wide(1)...)),
		both("zip64_needless", mismatch, wide(1)),
		both("zip64_empty", mismatch, wide()),
		one("extra_zip64_missing", mismatch, func() *entry {
			return evil().both(func(h *header) { h.size = full32 })
		}),
		one("extra_zip64_short", mismatch, func() *entry {
			return evil().both(func(h *header) { h.extra, h.packed, h.size = wide(h.size), full32, full32 })
		}),
		one("extra_zip64_long", mismatch, func() *entry {
			return evil().both(func(h *header) { h.extra, h.size = wide(h.size, h.packed), full32 })
		}),
		one("extra_zip64_half", "does not fit its own header", func() *entry {
			return evil().with(func(e *entry) {
				e.listed(func(h *header) { h.extra, h.size = wide(h.size), full32 })
				e.own(func(h *header) { h.extra, h.size = wide(h.size), full32 })
			})
		}),
		one("extra_zip64_disk", "another part", func() *entry {
			return evil().listed(func(h *header) { h.disk, h.extra = full16, field(extraZip64, 1, 0, 0, 0) })
		}),
		one("extra_crc_only_in_unicode_path", "does not match its CRC", func() *entry {
			return evil().both(func(h *header) { h.extra = unicodePath("evil.js", "evil.js"); h.crc = crc32.ChecksumIEEE(nil) })
		}),
	}
}
