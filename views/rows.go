package views

import (
	"context"
	"io"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// The rows of the two long tables are appended to one slice instead of being templ components: a page of fifty is what
// people look at most, and this takes a fifth of the time (BenchmarkVersionList, BenchmarkFunctionList).

// markup is HTML written in this file. Only a constant converts to it by itself, so no value can slip in unescaped.
type markup string

// rows is HTML in the making.
type rows struct{ b []byte }

func (r *rows) tag(m markup) { r.b = append(r.b, m...) }

func (r *rows) number(n int64) { r.b = strconv.AppendInt(r.b, n, 10) }

// text appends a value, escaped for text and for attributes in double quotes.
func (r *rows) text(s string) {
	from := 0
	for i := 0; i < len(s); i++ {
		var esc markup
		switch s[i] {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '"':
			esc = "&#34;"
		case '\'':
			esc = "&#39;"
		default:
			continue
		}
		r.b = append(r.b, s[from:i]...)
		r.tag(esc)
		from = i + 1
	}
	r.b = append(r.b, s[from:]...)
}

// when appends a relative time with the absolute one behind it.
func (r *rows) when(t, now time.Time) {
	t = t.UTC()
	r.tag(`<time datetime="`)
	r.b = t.AppendFormat(r.b, time.RFC3339)
	r.tag(`" title="`)
	r.b = t.AppendFormat(r.b, ui.StampLayout)
	r.tag(`">`)
	r.text(ui.Ago(t, now))
	r.tag("</time>")
}

func (r *rows) state(class markup, word string) {
	r.tag(`<span class="state `)
	r.tag(class)
	r.tag(`">`)
	r.text(word)
	r.tag("</span>")
}

// component writes the rows that fill makes; each is expected to take about size bytes.
func component(n, size int, fill func(*rows)) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		r := rows{b: make([]byte, 0, n*size)}
		fill(&r)
		_, err := w.Write(r.b)
		return err
	})
}

// versionRows are the rows of a versions table. Base is where the versions are, relative to the page or absolute: a long
// list is lighter with short addresses.
func versionRows(p Page, f faas.Function, base string, list []faas.VersionRow) templ.Component {
	copies := p.can(faas.Developer) && f.Status != faas.FunctionDeleting
	return component(len(list), 768, func(r *rows) {
		for i := range list {
			r.version(p, f.Name, base, &list[i])
			r.versionActs(base, list[i].Number, copies)
		}
	})
}

func (r *rows) version(p Page, function, base string, v *faas.VersionRow) {
	r.tag(`<tr data-row><th scope="row"><a class="v" href="`)
	r.text(base)
	r.number(v.Number)
	r.tag(`">#`)
	r.number(v.Number)
	r.tag(`</a></th><td class="desc">`)
	r.text(ui.Line(v.Description, 120))
	r.tag("</td><td>")
	for _, name := range v.Tags {
		r.tag(`<span class="tag">`)
		r.text(name)
		r.tag("</span> ")
	}
	r.tag("</td><td>")
	r.text(v.Author)
	if v.Door != faas.DoorDashboard {
		r.tag(` <span class="quiet">`)
		r.text(via(v.Door))
		r.tag("</span>")
	}
	r.tag("</td><td>")
	r.when(v.CreatedAt, p.Now)
	r.tag(`</td><td class="num">`)
	r.text(ui.Size(v.Size))
	r.tag("</td><td>")
	r.text(v.Runtime)
	r.tag("</td><td>")
	r.text(sourceLine(v.Origin, function))
	r.tag("</td><td>")
	if v.Status == faas.VersionDeleting {
		r.state("deleting", "deleting")
	} else {
		r.state("active", string(v.Status))
	}
	r.tag("</td>")
}

// versionActs ends a version's row with what can be done without opening it.
func (r *rows) versionActs(base string, number int64, copies bool) {
	r.tag(`<td class="does">`)
	if copies {
		r.tag(`<a href="`)
		r.text(base)
		r.tag("new?source=copy&amp;from=")
		r.number(number)
		r.tag("&amp;copy=")
		r.number(number)
		r.tag(`">Copy</a> `)
	}
	r.tag(`<a href="`)
	r.text(base)
	r.number(number)
	r.tag(`/package">Download</a></td></tr>`)
}

func functionRows(p Page, list []faas.FunctionRow) templ.Component {
	return component(len(list), 640, func(r *rows) {
		for i := range list {
			r.function(p, &list[i])
		}
	})
}

// function writes a row of the list at FunctionsURL; its addresses are relative to that page.
func (r *rows) function(p Page, f *faas.FunctionRow) {
	name := url.PathEscape(f.Name)
	r.tag(`<tr data-row><th scope="row"><a href="functions/`)
	r.text(name)
	r.tag(`">`)
	r.text(f.Name)
	r.tag("</a>")
	if f.Description != "" {
		r.tag(`<p class="desc quiet">`)
		r.text(ui.Line(f.Description, 120))
		r.tag("</p>")
	}
	r.tag("</th><td>")
	for _, t := range f.Tags {
		r.tag(`<a class="tag" href="functions/`)
		r.text(name)
		r.tag("/versions/")
		r.number(t.Number)
		r.tag(`">`)
		r.text(t.Name)
		r.tag(" <b>#")
		r.number(t.Number)
		r.tag("</b></a> ")
	}
	r.tag("</td><td>")
	r.text(f.Change)
	r.tag(` <span class="quiet">by `)
	r.text(f.ChangedBy)
	r.tag("</span></td><td>")
	r.when(f.ChangedAt, p.Now)
	r.tag("</td><td>")
	r.text(f.Runtime)
	r.tag("</td><td>")
	r.functionState(f)
	r.tag("</td></tr>")
}

func (r *rows) functionState(f *faas.FunctionRow) {
	switch {
	case f.Running != "":
		r.tag(`<a class="state running" href="`)
		r.text(OperationURL(f.Running))
		r.tag(`">working</a>`)
	case f.Status == faas.FunctionDeleting:
		r.state("deleting", "deleting")
	case f.LastNumber == 0:
		r.state("none", "no version")
	default:
		r.state("active", "active")
	}
}
