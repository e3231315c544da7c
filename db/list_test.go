package db_test

import (
	"fmt"
	"slices"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// numbersOf walks a list from the first page on and checks that walking back gives the same pages.
func (w *world) numbersOf(f faas.VersionFilter, size int) []int64 {
	w.t.Helper()
	var pages [][]int64
	var keys []string
	f.Page = faas.Page{Size: size}
	for {
		list, err := w.Versions(w.ctx, f)
		w.must(err)
		pages = append(pages, numbers(list))
		if (list.Prev == "") != (len(pages) == 1) {
			w.t.Fatalf("page %d has the previous key %q", len(pages), list.Prev)
		}
		keys = append(keys, list.Prev)
		if list.Next == "" {
			break
		}
		f.Page.After = list.Next
	}
	for i := len(pages) - 1; i > 0; i-- {
		f.Page = faas.Page{Size: size, Before: keys[i]}
		list, err := w.Versions(w.ctx, f)
		w.must(err)
		if !slices.Equal(numbers(list), pages[i-1]) {
			w.t.Fatalf("going back from page %d: %v, want %v", i+1, numbers(list), pages[i-1])
		}
	}
	return slices.Concat(pages...)
}

func numbers(list faas.List[faas.VersionRow]) []int64 {
	var all []int64
	for _, v := range list.Items {
		all = append(all, v.Number)
	}
	return all
}

func TestVersionsAreFiltered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		var sha string
		for i := int64(1); i <= 12; i++ {
			v := w.publish(f, func(v *faas.Version) {
				v.Description = fmt.Sprintf("Ändert 100%% an_Stelle %d", i)
				v.Author = []string{"ann", "Bob"}[i%2]
				v.Settings.Runtime = []string{"nodejs22", "python312", "php82"}[i%3]
				v.Origin.Kind = []faas.OriginKind{faas.FromUpload, faas.FromCopy, faas.FromUpload, faas.FromUpload}[i%4]
			}, fmt.Sprintf("t%d", i%5))
			if i == 7 {
				sha = v.Package.SHA256
			}
		}
		w.publish(w.function("other-function"), nil, "t1")
		for name, c := range map[string]struct {
			filter faas.VersionFilter
			want   []int64
		}{
			"all":               {faas.VersionFilter{}, []int64{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
			"oldest first":      {faas.VersionFilter{Oldest: true}, []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
			"author":            {faas.VersionFilter{Author: "Bob"}, []int64{11, 9, 7, 5, 3, 1}},
			"author oldest":     {faas.VersionFilter{Author: "Bob", Oldest: true}, []int64{1, 3, 5, 7, 9, 11}},
			"author in case":    {faas.VersionFilter{Author: "bob"}, nil},
			"runtime":           {faas.VersionFilter{Runtime: "php82"}, []int64{11, 8, 5, 2}},
			"source":            {faas.VersionFilter{Source: faas.FromCopy}, []int64{9, 5, 1}},
			"author and more":   {faas.VersionFilter{Author: "Bob", Runtime: "php82", Source: faas.FromCopy}, []int64{5}},
			"status":            {faas.VersionFilter{Status: faas.VersionDeleting}, nil},
			"tag":               {faas.VersionFilter{Tag: "t3"}, []int64{8}},
			"tag and author":    {faas.VersionFilter{Tag: "t3", Author: "Bob"}, nil},
			"latest":            {faas.VersionFilter{Tag: faas.Latest}, []int64{12}},
			"text in case":      {faas.VersionFilter{Text: "äNDERT 100% AN_stelle 1"}, []int64{12, 11, 10, 1}},
			"file name":         {faas.VersionFilter{Text: "FÜßE"}, []int64{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
			"author as text":    {faas.VersionFilter{Text: "BOB"}, []int64{11, 9, 7, 5, 3, 1}},
			"percent is text":   {faas.VersionFilter{Text: "1%0"}, nil},
			"underscore too":    {faas.VersionFilter{Text: "n_d"}, nil},
			"the escape too":    {faas.VersionFilter{Text: "!"}, nil},
			"hash":              {faas.VersionFilter{Text: sha[:10]}, []int64{7}},
			"hash in case":      {faas.VersionFilter{Text: "ABCDEF0123"}, nil},
			"short hash":        {faas.VersionFilter{Text: sha[:5]}, nil},
			"NUL":               {faas.VersionFilter{Text: "a\x00b"}, nil},
			"broken UTF-8":      {faas.VersionFilter{Author: "\xff"}, nil},
			"foreign function":  {faas.VersionFilter{FunctionID: id()}, nil},
			"number":            {faas.VersionFilter{Text: "#4"}, []int64{4}},
			"number and text":   {faas.VersionFilter{Text: "1"}, []int64{1, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2}},
			"number, oldest":    {faas.VersionFilter{Text: "12", Oldest: true}, []int64{12}},
			"number and author": {faas.VersionFilter{Text: "#4", Author: "Bob"}, nil},
			"statement in text": {faas.VersionFilter{Text: "' OR '1'='1"}, nil},
		} {
			if c.filter.FunctionID == "" {
				c.filter.FunctionID = f.ID
			}
			for _, size := range []int{1, 3, 50} {
				if got := w.numbersOf(c.filter, size); !slices.Equal(got, c.want) {
					t.Errorf("%s by %d: %v, want %v", name, size, got, c.want)
				}
			}
		}
	})
}

func TestTheLastPageAndThoseAroundAKey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f := w.function("one-function")
		w.publishMany(f, 7)
		page := func(p faas.Page) faas.List[faas.VersionRow] {
			filter := faas.VersionFilter{FunctionID: f.ID, Page: p}
			filter.Page.After, filter.Page.Before = db.VersionKey(filter, p.After), db.VersionKey(filter, p.Before)
			list, err := s.Versions(w.ctx, filter)
			w.must(err)
			list.Next, list.Prev = db.KeyText(list.Next), db.KeyText(list.Prev)
			return list
		}
		last := page(faas.Page{Size: 3, Last: true})
		if !slices.Equal(numbers(last), []int64{3, 2, 1}) || last.Next != "" || last.Prev != "3" {
			t.Errorf("last page %+v", last)
		}
		if got := page(faas.Page{Size: 3, After: "6"}); !slices.Equal(numbers(got), []int64{5, 4, 3}) || got.Next != "3" || got.Prev != "5" {
			t.Errorf("after a key: %+v", got)
		}
		if got := page(faas.Page{Size: 3, Before: "900"}); !slices.Equal(numbers(got), []int64{7, 6, 5}) {
			t.Errorf("before everything: %+v", got)
		}
		if got := page(faas.Page{Size: 3, After: "1"}); len(got.Items) != 0 || got.Prev != "~1" {
			t.Errorf("behind everything: %+v", got)
		} else if back := page(faas.Page{Size: 3, Before: got.Prev}); !slices.Equal(numbers(back), []int64{3, 2, 1}) {
			t.Errorf("back from there: %+v", back)
		}
	})
}

func TestFunctionsAreFilteredAndSorted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		var made []faas.Function
		for _, name := range []string{"b-two", "b2", "ba-x", "b-one", "zzz", "abc"} {
			made = append(made, w.function(name+"-fn"))
		}
		w.publish(made[3], func(v *faas.Version) { v.Settings.Runtime = "php82"; v.Author = "Bob" }, "prod")
		op := w.add(w.operation(made[1], faas.CreateVersion))
		w.publishElsewhere()
		for name, c := range map[string]struct {
			filter faas.FunctionFilter
			want   []string
		}{
			"by bytes":    {faas.FunctionFilter{}, []string{"abc-fn", "b-one-fn", "b-two-fn", "b2-fn", "ba-x-fn", "zzz-fn"}},
			"by change":   {faas.FunctionFilter{Sort: faas.ByChange}, []string{"b-one-fn", "abc-fn", "zzz-fn", "ba-x-fn", "b2-fn", "b-two-fn"}},
			"text":        {faas.FunctionFilter{Text: "B-"}, []string{"b-one-fn", "b-two-fn"}},
			"description": {faas.FunctionFilter{Text: "ABOUT z"}, []string{"zzz-fn"}},
			"tag":         {faas.FunctionFilter{Tag: "prod"}, []string{"b-one-fn"}},
			"runtime":     {faas.FunctionFilter{Runtime: "php82"}, []string{"b-one-fn"}},
			"author":      {faas.FunctionFilter{Author: "Bob", Sort: faas.ByChange}, []string{"b-one-fn"}},
			"NUL":         {faas.FunctionFilter{Tag: "a\x00"}, nil},
			"active":      {faas.FunctionFilter{Status: faas.FunctionActive, Text: "zz"}, []string{"zzz-fn"}},
			"deleting":    {faas.FunctionFilter{Status: faas.FunctionDeleting}, nil},
			"odd status":  {faas.FunctionFilter{Status: "odd"}, nil},
		} {
			c.filter.ProjectID = w.project
			for _, size := range []int{1, 2, 50} {
				if got := w.namesOf(c.filter, size); !slices.Equal(got, c.want) {
					t.Errorf("%s by %d: %v, want %v", name, size, got, c.want)
				}
			}
		}
		list, err := s.Functions(w.ctx, faas.FunctionFilter{ProjectID: w.project})
		w.must(err)
		for _, row := range list.Items {
			if (row.Running == op.ID) != (row.ID == made[1].ID) {
				t.Errorf("%s runs %q", row.Name, row.Running)
			}
		}
	})
}

// publishElsewhere makes a function of another project, which no list may show.
func (w *world) publishElsewhere() {
	other := newWorld(w.t, w.Store)
	other.function("b-elsewhere")
}

func (w *world) namesOf(f faas.FunctionFilter, size int) []string {
	w.t.Helper()
	var names, back []string
	f.Page = faas.Page{Size: size}
	for {
		list, err := w.Functions(w.ctx, f)
		w.must(err)
		for _, row := range list.Items {
			names = append(names, row.Name)
		}
		if list.Next == "" {
			break
		}
		f.Page.After = list.Next
	}
	f.Page = faas.Page{Size: size, Last: true}
	for {
		list, err := w.Functions(w.ctx, f)
		w.must(err)
		for _, row := range slices.Backward(list.Items) {
			back = append(back, row.Name)
		}
		if list.Prev == "" {
			break
		}
		f.Page = faas.Page{Size: size, Before: list.Prev}
	}
	slices.Reverse(back)
	if !slices.Equal(names, back) {
		w.t.Errorf("forward %v, backward %v", names, back)
	}
	return names
}

func TestOperationsAreFiltered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		w := newWorld(t, s)
		f, other := w.function("one-function"), w.function("other-function")
		w.publishMany(f, 3)
		w.add(w.operation(other, faas.CreateVersion))
		_, l := w.claim()
		w.must(s.Fail(w.ctx, l, faas.Failed, faas.Failure{Message: "No."}, nil))
		w.add(w.operation(f, faas.CreateVersion))
		w.claim()
		w.add(w.operation(other, faas.CreateVersion))
		for name, c := range map[string]struct {
			filter faas.OperationFilter
			want   string
		}{
			"all":             {faas.OperationFilter{}, "queued running failed succeeded succeeded succeeded"},
			"function":        {faas.OperationFilter{FunctionID: f.ID}, "running succeeded succeeded succeeded"},
			"active":          {faas.OperationFilter{States: []faas.OperationState{faas.Running, faas.Queued}}, "queued running"},
			"running":         {faas.OperationFilter{States: []faas.OperationState{faas.Running}}, "running"},
			"failed":          {faas.OperationFilter{States: []faas.OperationState{faas.Failed}}, "failed"},
			"function failed": {faas.OperationFilter{FunctionID: other.ID, States: []faas.OperationState{faas.Failed}}, "failed"},
			"kind":            {faas.OperationFilter{Kind: faas.DeleteFunction}, ""},
			"kind, active":    {faas.OperationFilter{Kind: faas.CreateVersion, States: []faas.OperationState{faas.Running, faas.Queued}}, "queued running"},
			"kind, failed":    {faas.OperationFilter{Kind: faas.CreateVersion, States: []faas.OperationState{faas.Failed}}, "failed"},
			"other, failed":   {faas.OperationFilter{Kind: faas.DeleteFunction, States: []faas.OperationState{faas.Failed}}, ""},
			"done":            {faas.OperationFilter{States: []faas.OperationState{faas.Failed, faas.Succeeded}}, "failed succeeded succeeded succeeded"},
			"foreign project": {faas.OperationFilter{ProjectID: id(), FunctionID: f.ID}, ""},
		} {
			if c.filter.ProjectID == "" {
				c.filter.ProjectID = w.project
			}
			for _, size := range []int{1, 2, 50} {
				if got := w.statesOf(c.filter, size); got != c.want {
					t.Errorf("%s by %d: %q, want %q", name, size, got, c.want)
				}
			}
		}
	})
}

func (w *world) statesOf(f faas.OperationFilter, size int) string {
	w.t.Helper()
	states := ""
	f.Page = faas.Page{Size: size}
	for {
		list, err := w.Operations(w.ctx, f)
		w.must(err)
		for _, op := range list.Items {
			states += " " + string(op.State)
		}
		if list.Next == "" {
			break
		}
		f.Page.After = list.Next
	}
	if states == "" {
		return ""
	}
	return states[1:]
}
