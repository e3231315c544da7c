package archive

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"

	"verso/faas"
)

// Inspection is what a sound archive holds.
type Inspection struct {
	Manifest    faas.Manifest
	Fingerprint string // of the manifest, see Fingerprint
	Files       int    // regular files
	Unpacked    int64  // sum of their sizes, bytes
}

// Inspect reads the whole archive and lists its files if it is sound; see the package's comment for what that means.
//
// A refusal is a *faas.Error with Field "package" and a sentence that names the entry, the reason and the cure: TooLarge
// where the archive, its directory, its entries or its unpacked size pass a limit, else Invalid. Any other error is the
// reader's or the context's. The verdict does not depend on the number of processors.
func Inspect(ctx context.Context, r io.ReaderAt, length int64, l faas.Limits) (Inspection, error) {
	in, err := inspect(ctx, r, length, l)
	if err != nil && ctx.Err() != nil {
		return Inspection{}, fmt.Errorf("inspect package: %w", ctx.Err())
	}
	return in, err
}

func inspect(ctx context.Context, r io.ReaderAt, length int64, l faas.Limits) (Inspection, error) {
	if most := max(l.UploadBytes, l.BucketBytes); length > most {
		return Inspection{}, tooLarge("The zip has %s; %s are allowed. Leave out what the function does not need.", size(length), size(most))
	}
	d, err := readDirectory(r, length)
	if err != nil {
		return Inspection{}, err
	}
	if err := d.checkLimits(l); err != nil {
		return Inspection{}, err
	}
	entries, err := readEntries(ctx, r, d, l)
	if err != nil {
		return Inspection{}, err
	}
	if !slices.ContainsFunc(entries, func(e entry) bool { return !e.folder }) {
		return Inspection{}, refuse("The zip holds only folders. Put the function's files into it.")
	}
	if err := checkClashes(entries); err != nil {
		return Inspection{}, err
	}
	if err := readContents(ctx, r, entries); err != nil {
		return Inspection{}, err
	}
	return report(entries), nil
}

// report makes the result from entries that are all sound. It reorders them.
func report(entries []entry) Inspection {
	entries = slices.DeleteFunc(entries, func(e entry) bool { return e.folder })
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	sums := make([]byte, 0, 64*len(entries))
	for i := range entries {
		sums = hex.AppendEncode(sums, entries[i].sum[:])
	}
	all := string(sums)
	in := Inspection{Files: len(entries)}
	in.Manifest.Files = make([]faas.File, len(entries))
	for i, e := range entries {
		in.Unpacked += e.size
		in.Manifest.Files[i] = faas.File{
			Path: e.path, Executable: e.executable, Size: e.size, SHA256: all[64*i : 64*i+64],
			Offset: e.data, Packed: e.packed, Method: e.method,
		}
	}
	in.Fingerprint = Fingerprint(in.Manifest)
	return in
}
