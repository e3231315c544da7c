// Package archive looks into zip packages: it decides whether one is sound, lists its files and says whether two hold
// the same code. It reads an io.ReaderAt and knows no database, no blob store and no HTTP.
//
// # Why a reader of our own
//
// A zip says everything twice: in the directory at its end and in a header before each file. Readers trust one or the
// other, so a crafted file shows other names and bytes to archive/zip than to unzip, 7-Zip or bsdtar. What the review
// page shows would then not be what runs. Inspect accepts only archives in which every reader, also one that reads
// from front to back, must see the same. It is stricter than the format: an archive is refused for
//
//   - anything before, after or between: the entries tile the file from byte 0 to the directory, the directory runs to
//     the end record, and the end record reaches the last byte;
//   - an end record that does not agree with its zip64 form, with the number of entries or with a second end record;
//   - an entry whose two headers differ, whose size, CRC or data descriptor is wrong, or whose packed data holds more
//     than the file;
//   - encryption, several disks, methods other than stored and deflated, and whatever asks for a newer reader;
//   - names that are not plain relative UTF-8 paths, and pairs of names that some file system takes for one: equal,
//     equal but for case, accents' encoding or dots and blanks at the end, or a file that is also a folder;
//   - links, devices, pipes and sockets, in the attributes or in an extra field, and attributes of forgotten systems.
//
// Accepted on purpose: data descriptors (Go's writer and every piped archive have them), comments, zip64 where it is
// not needed, entries in another order than the directory's, and one "./" before each name (bsdtar writes it).
// Inner archives are files like any other and are never opened.
//
// # Names without the UTF-8 flag
//
// A name beyond ASCII must carry the UTF-8 flag, even if its bytes happen to be UTF-8: Python shows them in code page
// 437. This refuses what macOS's Finder and Windows' Explorer write for accented or Cyrillic names, and what Info-ZIP's
// zip writes on a machine without the locale en_US.UTF-8. The sentence names the cure.
//
// # Where readers still differ
//
// In trials with thousands of accepted archives Python, 7-Zip, unzip and bsdtar (also reading from a pipe) unpacked what
// the manifest says, with two known exceptions, both in how a name is spelt on disk: bsdtar composes decomposed accents
// (two names that only differ so are refused), and Debian's unzip garbles names beyond ASCII, though marked as UTF-8, of
// archives made on FAT, as Go's writer and 7-Zip on Windows say of theirs.
//
// # Cost
//
// Memory is bounded by the limit on the directory's size and not by the archive; entries are inflated and hashed by as
// many workers as there are processors, eight at most, each with buffers of its own. Every byte is read once. An honest
// archive costs little more than its sha-256. The worst that can be made, a deflate stream of nothing but empty blocks,
// costs some 0.2 µs of one processor for each packed byte, so a caller that serves strangers sets a deadline.
package archive
