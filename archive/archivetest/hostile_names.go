package archivetest

import "strings"

// hostileNames are names that lead somewhere else, hide what they are, or are decoded differently.
func hostileNames() []Sample {
	named := func(name, reason, path string) Sample {
		return one("name_"+name, reason, func() *entry { return file(path, "x") })
	}
	unmarked := func(name, reason, path string) Sample {
		return one("name_"+name, reason, func() *entry {
			return file(path, "x").both(func(h *header) { h.flags = 0 })
		})
	}
	const out, hidden, absolute, drive, empty, backslash = `leads out of the package`, "control or invisible character",
		"absolute path", "drive letter", `empty or "." part`, "backslash"
	return []Sample{
		named("empty", "has no name", ""),
		named("slash", "has no name", "/"),
		named("absolute", absolute, "/etc/passwd"),
		named("absolute_double_slash", absolute, "//host/share/x"),
		named("absolute_after_dot", absolute, ".//etc/passwd"),
		named("parent", out, "../evil.js"),
		named("parent_folder", out, "../"),
		named("parent_inside", out, "lib/../../evil.js"),
		named("parent_inside_harmless", out, "lib/../evil.js"),
		named("parent_last", out, "lib/.."),
		named("parent_after_dot", out, "./../evil.js"),
		named("parent_only", out, ".."),
		named("sibling_prefix", out, "../package-evil/x.js"),
		named("dot", empty, "."),
		named("dot_inside", empty, "lib/./x.js"),
		named("dot_twice", empty, "././x.js"),
		named("double_slash", empty, "lib//x.js"),
		named("folder_double_slash", empty, "lib//"),
		named("backslash", backslash, `lib\x.js`),
		named("backslash_parent", backslash, `..\..\evil.js`),
		named("backslash_share", backslash, `\\host\share\x.js`),
		named("drive", drive, "C:/Windows/evil.js"),
		named("drive_relative", drive, "c:evil.js"),
		named("drive_backslash", backslash, `C:\evil.js`),
		named("nul", hidden+" U+0000", "index.js\x00.txt"),
		named("line_feed", hidden+" U+000A", "index\n.js"),
		named("carriage_return", hidden+" U+000D", "index\r.js"),
		named("escape", hidden+" U+001B", "\x1b[2Jindex.js"),
		named("delete", hidden+" U+007F", "index\x7f.js"),
		named("c1_control", hidden+" U+0085", "index\u0085.js"),
		named("bidi_override", hidden+" U+202E", "photo\u202egpj.js"),
		named("bidi_isolate", hidden+" U+2066", "a\u2066b.js"),
		named("zero_width_space", hidden+" U+200B", "index\u200b.js"),
		named("zero_width_joiner", hidden+" U+200D", "in\u200ddex.js"),
		named("byte_order_mark", hidden+" U+FEFF", "\ufeffindex.js"),
		named("soft_hyphen", hidden+" U+00AD", "in\u00addex.js"),
		named("line_separator", hidden+" U+2028", "index\u2028.js"),
		named("hangul_filler", hidden+" U+3164", "index\u3164.js"),
		named("tag_character", hidden+" U+E0041", "index\U000e0041.js"),
		named("no_character", hidden+" U+FFFE", "index\ufffe.js"),
		named("invalid_utf8", "not valid UTF-8", "caf\xe9.js"),
		named("overlong_utf8", "not valid UTF-8", "lib\xc0\xaf..\xc0\xafx.js"),
		named("surrogate_utf8", "not valid UTF-8", "x\xed\xa0\x80.js"),
		unmarked("code_page_866", "old code page", "\x8f\xe0\xa8\xa2\xa5\xe2.js"),
		unmarked("code_page_1252", "old code page", "caf\xe9.js"),
		unmarked("utf8_unmarked", "not marked as UTF-8", "héllo.js"),
		named("vms_version", "semicolon and digits", "index.js;1"),
		named("vms_version_empty", "semicolon and digits", "lib/index.js;"),
		named("long", "name of 1025 bytes", strings.Repeat(strings.Repeat("d", 204)+"/", 5)),
		named("very_long", "name of 65535 bytes", strings.Repeat("n", 65535)),
		named("part_long", "part of 256 bytes", "lib/"+strings.Repeat("p", 256)),
		named("part_long_folder", "part of 256 bytes", strings.Repeat("p", 256)+"/"),
		named("deep", "lies too deep", strings.Repeat("d/", 64)+"x"),
		named("very_deep", "lies too deep", strings.Repeat("d/", 500)+"x"),
		{Name: "name_infozip_without_locale", Reason: "not marked as UTF-8", Make: fixture("hostile-infozip-unmarked")},
	}
}

// hostilePairs are two entries of which one hides the other, on some system at least.
func hostilePairs() []Sample {
	pair := func(name, reason, first, second string) Sample {
		return made("pair_"+name, reason, func() *build { return zip(index(), file(first, ""), file(second, "")) })
	}
	const twice, both, same, needed = "in the zip twice", "as a file and as a folder", "same on Windows or macOS", "lies in a folder of that name"
	return []Sample{
		pair("same_name", twice, "a.js", "a.js"),
		pair("same_name_after_dot", twice, "a.js", "./a.js"),
		pair("same_folder", twice, "lib/", "lib/"),
		pair("same_folder_after_dot", twice, "lib/", "./lib/"),
		pair("root_folder_twice", twice, "./", "./"),
		pair("case", same, "lib/Config.js", "lib/config.js"),
		pair("case_of_folder", same, "Lib/x.js", "lib/x.js"),
		pair("case_beyond_ascii", same, "ÄRGER.js", "ärger.js"),
		pair("case_kelvin", same, "\u212a.js", "k.js"),
		pair("case_cyrillic", same, "Привет.js", "привет.js"),
		pair("accent_composed", same, "caf\u00e9.js", "cafe\u0301.js"),
		pair("accent_order", same, "a\u0323\u0301.js", "a\u0301\u0323.js"),
		pair("hangul_composed", same, "\ud55c.js", "\u1112\u1161\u11ab.js"),
		pair("dot_at_end", same, "run.sh", "run.sh."),
		pair("blank_at_end", same, "run.sh", "run.sh "),
		pair("dot_at_folder_end", same, "lib/x", "lib./x"),
		pair("file_and_folder", both, "lib", "lib/"),
		pair("folder_and_file", both, "lib/", "lib"),
		pair("file_is_parent", needed, "lib", "lib/x.js"),
		pair("file_is_parent_later", needed, "lib/x.js", "lib"),
		pair("file_is_grandparent", needed, "lib/a/b/c.js", "lib/a"),
		pair("file_is_parent_by_case", needed, "LIB", "lib/x.js"),
		pair("file_is_parent_of_folder", needed, "lib", "lib/sub/"),
		made("pair_far_apart", twice, func() *build {
			z := many(3000, "f%04d.txt")
			z.entries = append(z.entries, file("f0000.txt", ""))
			return z
		}),
	}
}
