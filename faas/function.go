package faas

import (
	"maps"
	"regexp"
	"slices"
	"time"
)

// FunctionStatus says whether a function can be used.
type FunctionStatus string

// The states of a function. A function that is gone has no row.
const (
	FunctionActive   FunctionStatus = "active"
	FunctionDeleting FunctionStatus = "deleting"
)

// Function is a name under which versions gather.
type Function struct {
	ID          string
	ProjectID   string
	Name        string
	Description string
	Labels      map[string]string
	Status      FunctionStatus
	LastNumber  int64 // the counter: number of the newest version ever made; only goes up; 0 before the first
	CreatedAt   time.Time
	CreatedBy   string
	ChangedAt   time.Time // last change of any kind below this function
	ChangedBy   string
	Change      string // that change in a few words: "created #42", "edited"
}

// FunctionRow is a function as lists show it.
type FunctionRow struct {
	Function
	Runtime string   // of the newest version; empty before the first
	Tags    []TagRef // $latest first, then by name
	Running string   // id of a queued or running operation; empty when there is none
}

// FunctionInput is what a person says of a function.
type FunctionInput struct {
	Name        string
	Description string
	Labels      map[string]string
}

// What labels look like; the browser checks the same patterns.
const (
	LabelKeyPattern   = `[a-z][-_./\\@0-9a-z]{0,62}`
	LabelValuePattern = `[-_./\\@0-9a-z]{0,63}`
)

var (
	labelKeyRE   = regexp.MustCompile(`^` + LabelKeyPattern + `$`)
	labelValueRE = regexp.MustCompile(`^` + LabelValuePattern + `$`)
)

// reservedName stands in an address where a function's name could: it is the form for a new one.
const reservedName = "new"

// Check returns every problem with the input; fields are "name", "description" and "labels".
func (in FunctionInput) Check(l Limits) error {
	var p Problems
	p.Merge(CheckName("name", in.Name))
	if in.Name == reservedName {
		p.Add("name", "The name %s is taken by a page; choose another.", reservedName)
	}
	p.Merge(CheckText("description", "The description", in.Description, l.DescriptionRunes))
	if len(in.Labels) > l.Labels {
		p.Add("labels", "There are %d labels; %d are allowed.", len(in.Labels), l.Labels)
	}
	for _, key := range slices.Sorted(maps.Keys(in.Labels)) {
		p.Merge(checkLabel(key, in.Labels[key]))
	}
	return p.Err()
}

func checkLabel(key, value string) error {
	if !labelKeyRE.MatchString(key) {
		return Invalidf("labels", "The label key %q is not allowed: start with a lower-case letter, then letters, digits and - _ . / \\ @, 63 characters at most.", key)
	}
	if !labelValueRE.MatchString(value) {
		return Invalidf("labels", "The value of label %q is not allowed: use lower-case letters, digits and - _ . / \\ @, 63 characters at most.", key)
	}
	return nil
}

// FunctionFilter picks functions of one project. Every field but ProjectID may be empty.
type FunctionFilter struct {
	ProjectID string
	Text      string // part of the name or description, any case
	Tag       string // some version holds this tag
	Runtime   string // runtime of the newest version
	Author    string // who changed it last
	Status    FunctionStatus
	Sort      FunctionSort
	Page      Page
}

// FunctionSort is an order of the functions list.
type FunctionSort string

// The orders: by name ascending, or the latest change first.
const (
	ByName   FunctionSort = ""
	ByChange FunctionSort = "changed"
)
