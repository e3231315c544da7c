package views

import (
	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// filterAttrs make a filter form ask for its results alone while somebody types. Without htmx it is a plain form.
func filterAttrs(url string) templ.Attributes {
	return templ.Attributes{
		"hx-get": url, "hx-target": "#results", "hx-swap": "outerHTML", "hx-push-url": "true", "hx-sync": "this:replace",
		"hx-trigger": "submit, change, input delay:300ms target:#q",
	}
}

// pagerLinks turns a list's keys into links; at makes the link to one page.
func pagerLinks[T any](l faas.List[T], at func(faas.Page) string) ui.PagerLinks {
	var links ui.PagerLinks
	if l.Prev != "" {
		links.First, links.Prev = at(faas.Page{}), at(faas.Page{Before: l.Prev})
	}
	if l.Next != "" {
		links.Next, links.Last = at(faas.Page{After: l.Next}), at(faas.Page{Last: true})
	}
	return links
}

// firstPage is the list with the same filter from its beginning.
func (p FunctionListProps) firstPage() string {
	f := p.Filter
	f.Page = faas.Page{}
	return FunctionListURL(p.Page.Project, f)
}

func (p VersionListProps) firstPage() string {
	f := p.Filter
	f.Page = faas.Page{}
	return VersionListURL(p.Page.Project, p.Function.Name, f)
}

// onward is which rows come after those of a page.
func (p VersionListProps) onward() string {
	if p.Filter.Oldest {
		return "newer"
	}
	return "older"
}

func (p FunctionListProps) links() ui.PagerLinks {
	return pagerLinks(p.List, func(page faas.Page) string {
		f := p.Filter
		f.Page = page
		return FunctionListURL(p.Page.Project, f)
	})
}

func (p VersionListProps) links() ui.PagerLinks {
	at := func(page faas.Page) string {
		f := p.Filter
		f.Page = page
		return VersionListURL(p.Page.Project, p.Function.Name, f)
	}
	if p.showsOperations() {
		return pagerLinks(p.Operations, at)
	}
	return pagerLinks(p.List, at)
}

func (p OperationListProps) links() ui.PagerLinks {
	links := pagerLinks(p.List, func(page faas.Page) string {
		f := p.Filter
		f.Page = page
		return OperationListURL(p.Page.Project, f)
	})
	links.Last = ""
	return links
}
