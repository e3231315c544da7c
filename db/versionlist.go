package db

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"verso/faas"
)

// versionTags brings the function's last number and tag list along. It does not depend on the row, so both engines
// look it up once, and rows and tags come from one moment.
const versionTags = `, (SELECT CAST(last_number AS TEXT) || ' ' || tag_list FROM functions WHERE id = ?)`

// minHashText is how many hexadecimal digits a search must have to be taken for the start of a hash as well.
const minHashText = 6

// Versions reads one page of a function's versions in one statement. Where the text is a number, the version of that
// number is found by its index, wherever it lies: it stands first on the first page, which may be one row longer for it,
// and the matches in the text go on without it.
func (s *Store) Versions(ctx context.Context, f faas.VersionFilter) (faas.List[faas.VersionRow], error) {
	if len(f.Text) > searchBytes {
		return faas.List[faas.VersionRow]{}, nil
	}
	l := versionPages(f)
	list, err := l.read(ctx, s.read)
	if number := numberText(f.Text); err == nil && number > 0 && list.Prev == "" {
		var named []faas.VersionRow
		named, err = s.numbered(ctx, f, number)
		list.Items = append(named, list.Items...)
	}
	if err != nil {
		return list, fmt.Errorf("list versions: %w", err)
	}
	return list, nil
}

// numbered reads the version of a number if it passes the filters other than the text.
func (s *Store) numbered(ctx context.Context, f faas.VersionFilter, number int64) ([]faas.VersionRow, error) {
	f.Text, f.Page = "", faas.Page{}
	l := versionListing(f, nil)
	l.equal = append(l.equal, cond{"number = ?", []any{number}})
	w, _, err := l.start(false)
	if err != nil {
		return nil, err
	}
	rows, err := l.fetch(ctx, s.read, w, 1)
	if errors.Is(err, errUnstorable) {
		return nil, nil
	}
	return rows, err
}

// versionPages is the list that pages are made of: without the version that a number names.
func versionPages(f faas.VersionFilter) listing[faas.VersionRow] {
	l := versionListing(f, versionFixed(f))
	if number := numberText(f.Text); number > 0 {
		l.filters = append(l.filters, cond{"number <> ?", []any{number}})
	}
	return l
}

func versionListing(f faas.VersionFilter, fixed *keyColumn) listing[faas.VersionRow] {
	return listing[faas.VersionRow]{
		table: "versions", columns: rowColumns, extra: ", search",
		related: versionTags, relatedArgs: []any{f.FunctionID},
		equal:   versionEqual(f),
		fixed:   fixed,
		key:     []keyColumn{numberKey},
		desc:    !f.Oldest,
		filters: versionFilters(f, fixed),
		keyOf:   func(r *faas.VersionRow) []any { return []any{r.Number} },
		scan:    newVersionReader().scan,
		page:    f.Page,
	}
}

// numberText is the number that a search text is, as in "#1500" or "1500"; 0 when it is none.
func numberText(text string) int64 {
	n, err := strconv.ParseUint(strings.TrimPrefix(strings.TrimSpace(text), "#"), 10, 63)
	if err != nil {
		return 0
	}
	return int64(n) //nolint:gosec // 63 bits fit
}

// versionEqual also fixes the number where a tag is asked for: it sits on one version.
func versionEqual(f faas.VersionFilter) []cond {
	list := []cond{{"function_id = ?", []any{f.FunctionID}}}
	if f.Tag != "" {
		list = append(list, cond{
			"number = (SELECT t.number FROM tags AS t WHERE t.function_id = ? AND t.name = ?)", []any{f.FunctionID, f.Tag},
		})
	}
	return list
}

// versionFixed chooses the index to walk along: by author, runtime or origin where the filter names one, in the order
// in which they can be expected to leave the fewest rows.
func versionFixed(f faas.VersionFilter) *keyColumn {
	switch {
	case f.Tag != "":
		return nil // one row at most
	case f.Author != "":
		return &keyColumn{"author", f.Author, f.Author}
	case f.Runtime != "":
		return &keyColumn{"runtime", f.Runtime, f.Runtime}
	case f.Source != "":
		return &keyColumn{"origin", string(f.Source), string(f.Source)}
	}
	return nil
}

// versionFilters are the conditions that the chosen index does not serve.
func versionFilters(f faas.VersionFilter, walked *keyColumn) []cond {
	var list []cond
	fixed := ""
	if walked != nil {
		fixed = walked.name
	}
	for _, c := range []struct{ name, value string }{
		{"author", f.Author}, {"runtime", f.Runtime}, {"origin", string(f.Source)}, {"status", string(f.Status)},
	} {
		if c.value != "" && c.name != fixed {
			list = append(list, cond{c.name + " = ?", []any{c.value}})
		}
	}
	if f.Text == "" {
		return list
	}
	if hash := strings.ToLower(f.Text); len(hash) >= minHashText && isHex(hash) {
		return append(list, cond{
			"(search LIKE ? ESCAPE '!' OR (package_sha256 >= ? AND package_sha256 < ?))",
			[]any{contains(f.Text), hash, hash + "g"},
		})
	}
	return append(list, cond{"search LIKE ? ESCAPE '!'", []any{contains(f.Text)}})
}

// versionReader reads rows. It keeps what is the same for all of them: where the columns go to, and the function's tags,
// whose list every row repeats.
type versionReader struct {
	row          faas.VersionRow
	created      int64
	origin, list string
	dest         []any
	parsed       string
	tags         map[int64][]string
}

// newVersionReader points at the fields as plain strings: database/sql is quicker with those than with named types.
func newVersionReader() *versionReader {
	r := &versionReader{}
	v := &r.row
	r.dest = []any{
		&v.Number, &v.ID, (*string)(&v.Status), &v.Description, &v.Runtime, &v.Memory, &v.Size, &v.SHA256,
		(*string)(&v.Origin.Kind), &v.Origin.FileName, &r.origin, &v.Author, (*string)(&v.Door), &r.created, &r.list,
	}
	return r
}

func (r *versionReader) scan(rows *sqlx.Rows) (faas.VersionRow, error) {
	r.row.Origin = faas.Origin{}
	if err := rows.Scan(r.dest...); err != nil {
		return faas.VersionRow{}, err
	}
	unpackOrigin(r.origin, &r.row.Origin)
	if r.list != r.parsed {
		r.parsed, r.tags = r.list, tagsByNumber(r.list)
	}
	r.row.CreatedAt, r.row.Tags = at(r.created), r.tags[r.row.Number]
	return r.row, nil
}

// tagsByNumber reads "42 beta 40,prod 38": the last number, then the tag list.
func tagsByNumber(text string) map[int64][]string {
	number, list, _ := strings.Cut(text, " ")
	last, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil
	}
	tags := map[int64][]string{}
	for _, ref := range tagRefs(last, list) {
		tags[ref.Number] = append(tags[ref.Number], ref.Name)
	}
	return tags
}
