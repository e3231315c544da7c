package views_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"verso/faas"
	"verso/views"
)

func versionPage(m *faas.Manifest, folder, after string) views.VersionProps {
	return views.VersionProps{Page: page(), Function: function(), Version: version(), Manifest: m, Folder: folder, After: after}
}

func TestVersionRow(t *testing.T) {
	row := versions(1)[0]
	row.Origin = faas.Origin{Kind: faas.FromCopy, CopiedFunction: "invoice-pdf", CopiedNumber: 7}
	doc := parse(t, views.VersionList(views.VersionListProps{Page: page(), Function: function(), List: faas.List[faas.VersionRow]{Items: []faas.VersionRow{row}}}))
	var cells []string
	for _, n := range all(doc, "tr[data-row] > *") {
		cells = append(cells, text(n))
	}
	want := "#2000|Use the new tax table|$latest prod|Anna Weber|just now|1.2 MiB|nodejs22|copy of #7|active|Copy Download"
	if got := strings.Join(cells, "|"); got != want {
		t.Errorf("the row says\n%s, want\n%s", got, want)
	}
	if got := attr(one(t, doc, "tr[data-row] th a"), "href"); got != "versions/2000" {
		t.Errorf("it leads to %s", got)
	}
	if n := len(all(doc, ".pager")); n != 0 {
		t.Error("a single page has a pager")
	}
}

func TestPagerKeepsTheFilter(t *testing.T) {
	p := views.VersionListProps{Page: page(), Function: function(), List: faas.List[faas.VersionRow]{Items: versions(2), Next: "n&1", Prev: "p"}}
	p.Filter = faas.VersionFilter{Text: "a b", Source: faas.FromBucket, Oldest: true, Page: faas.Page{After: "x"}}
	doc := parse(t, views.VersionListResults(p))
	var links []string
	for _, n := range all(doc, ".pager a") {
		links = append(links, text(n)+" "+strings.TrimPrefix(attr(n, "href"), "/projects/default/functions/invoice-pdf/versions?q=a+b&source=bucket&order=oldest"))
	}
	if got := strings.Join(links, "|"); got != "First |Previous &before=p|Next &after=n%261|Last &last=1" {
		t.Errorf("the pager leads to %s", got)
	}
}

func TestSearchThatStoppedSaysSo(t *testing.T) {
	p := views.VersionListProps{Page: page(), Function: function(), Filter: faas.VersionFilter{Text: "tax"}, List: faas.List[faas.VersionRow]{Next: "n", More: true}}
	link := one(t, parse(t, views.VersionListResults(p)), "#results .note a")
	if got := attr(link, "href"); !strings.HasSuffix(got, "?q=tax&after=n") {
		t.Errorf("it leads on to %s", got)
	}
}

// Every file of a package can be reached, however many there are and however they lie, and no page is heavy.
func TestTreeReachesEveryFile(t *testing.T) {
	flat := &faas.Manifest{}
	for i := range 1234 {
		flat.Files = append(flat.Files, faas.File{Path: fmt.Sprintf("data/part-%05d.bin", i), Size: 10})
	}
	for name, m := range map[string]*faas.Manifest{"small": manifest(10), "nested": manifest(5000), "flat": flat} {
		t.Run(name, func(t *testing.T) {
			seen := map[string]bool{}
			walk(t, m, "", "", seen)
			if len(seen) != len(m.Files) {
				t.Errorf("%d of %d files can be reached", len(seen), len(m.Files))
			}
		})
	}
}

func walk(t *testing.T, m *faas.Manifest, folder, after string, seen map[string]bool) {
	c := views.VersionPage(versionPage(m, folder, after))
	if n := len(render(t, c)); n > 90_000 {
		t.Errorf("the page of %q has %d bytes", folder, n)
	}
	doc := parse(t, c)
	for _, list := range all(doc, ".tree > ul") {
		notes(list, folder, seen)
	}
	for _, a := range all(doc, ".tree a, .note a") {
		href := attr(a, "href")
		_, query, more := strings.Cut(strings.TrimSuffix(href, "#files"), "?folder=")
		if !more {
			continue
		}
		query = strings.ReplaceAll(query, "%2F", "/")
		next, from, _ := strings.Cut(query, "&after=")
		walk(t, m, next, from, seen)
	}
}

// notes collects the paths of the files in a drawn list.
func notes(list *html.Node, folder string, seen map[string]bool) {
	for li := range list.ChildNodes() {
		for n := range li.ChildNodes() {
			switch n.Data {
			case "span":
				seen[folder+text(n.FirstChild)] = true
			case "details":
				name := text(n.FirstChild.FirstChild)
				for _, under := range all(n, "details > ul") {
					if under.Parent == n {
						notes(under, folder+name, seen)
					}
				}
			}
		}
	}
}

func TestTreeSums(t *testing.T) {
	doc := parse(t, views.VersionPage(versionPage(manifest(10), "lib", "")))
	var lines []string
	for _, n := range all(doc, ".tree > ul > li > span, .tree > ul > li > details > summary") {
		lines = append(lines, text(n))
	}
	if got := strings.Join(lines, "|"); got != "tax/2 files, 2 KiB|text.js1 KiB" {
		t.Errorf("the folder lib shows %q", got)
	}
	doc = parse(t, views.VersionPage(versionPage(manifest(10), "gone", "")))
	if got := text(one(t, doc, ".tree")); got != "There is nothing in this folder." {
		t.Errorf("a folder that is not there shows %q", got)
	}
}
