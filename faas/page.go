package faas

// PageSize is the number of rows of a page in the browser.
const PageSize = 50

// Page asks for one page of a list by the key of a row beside it, never by a count of rows to skip.
// At most one of After, Before and Last is set; none means the first page.
type Page struct {
	Size   int    // rows wanted; the store treats 0 as PageSize and caps it at 1000
	After  string // the page that follows the row with this key
	Before string // the page that ends just before the row with this key
	Last   bool   // the last page
}

// List is one page of rows with the keys that lead on. A key is opaque to everybody but the store that made it;
// a store answers one it cannot read with Invalid on the field "page".
type List[T any] struct {
	Items []T
	Next  string // key for Page.After; empty on the last page
	Prev  string // key for Page.Before; empty on the first page
	// More is set when a text search stopped at its window before the page was full: rows further on, from Next, were
	// not looked at yet. It keeps a search over a million rows as quick as one over a hundred.
	More bool
}
