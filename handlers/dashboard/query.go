package dashboard

import (
	"net/http"
	"net/url"
	"strconv"

	"verso/faas"
)

// pageOf reads which page of a list is asked for. A key that is not one of the list's is the store's to refuse.
func pageOf(q url.Values) faas.Page {
	return faas.Page{Size: faas.PageSize, After: q.Get("after"), Before: q.Get("before"), Last: q.Get("last") == "1"}
}

// numberOf reads the number of a version from the path. What is no number is 0, which no version has.
func numberOf(r *http.Request) int64 {
	n, err := strconv.ParseUint(r.PathValue("n"), 10, 63)
	if err != nil {
		return 0
	}
	return int64(n) //nolint:gosec // 63 bits fit
}

// numberIn reads a number from a query or form; 0 when there is none.
func numberIn(q url.Values, name string) int64 {
	n, err := strconv.ParseInt(q.Get(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}
