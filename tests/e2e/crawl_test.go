package e2e

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// crawled is every page that links lead to from where a crawl began.
type crawled []string

// sameKind are addresses that differ only in what they are about; a crawl looks at some of each kind.
var sameKind = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[a-z2-7]{16}|\d+|%[0-9A-F]{2}`)

const someOfAKind = 3

// crawl opens every page that a person can click their way to from an address, and calls visit on each.
func (p *Page) crawl(from string, visit func()) crawled {
	p.t.Helper()
	var done crawled
	kinds := map[string]int{}
	for queue := []string{from}; len(queue) > 0; queue = queue[1:] {
		p.Open(queue[0])
		visit()
		done = append(done, queue[0])
		for _, link := range p.links() {
			kind := kindOf(link)
			if slices.Contains(done, link) || slices.Contains(queue, link) || kinds[kind] >= someOfAKind {
				continue
			}
			kinds[kind]++
			queue = append(queue, link)
		}
	}
	return done
}

// links are the addresses of other pages of ours that the page links to, without those of downloads.
func (p *Page) links() []string {
	p.t.Helper()
	list := Eval[[]string](p, `[...new Set([...document.querySelectorAll('a[href]:not([download], [href$="/package"])')]
		.map((a) => a.href.replace(/#.*/, '')).filter((href) => href))]`)
	return slices.DeleteFunc(list, func(link string) bool { return !strings.HasPrefix(link, origin(p.URL())+"/") })
}

func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// kindOf is an address without ids and numbers, and of its query the names alone.
func kindOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return sameKind.ReplaceAllString(u.Path, "*") + "?" + strings.Join(names, "&")
}
