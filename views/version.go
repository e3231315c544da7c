package views

import (
	"strconv"

	"verso/faas"
	"verso/views/ui"
)

// Two more values of the status filter of the versions list. With one of them the page shows VersionListProps.Operations:
// a version that is being made, or could not be made, is an operation.
const (
	StatusCreating faas.VersionStatus = "creating"
	StatusFailed   faas.VersionStatus = "failed"
)

// VersionListProps is the page of a function's versions.
type VersionListProps struct {
	Page       Page
	Function   faas.Function
	Filter     faas.VersionFilter // as asked for; Status may be StatusCreating or StatusFailed
	List       faas.List[faas.VersionRow]
	Operations faas.List[faas.Operation] // instead of List when the status asks for them
}

func (p VersionListProps) showsOperations() bool {
	return p.Filter.Status == StatusCreating || p.Filter.Status == StatusFailed
}

func (p VersionListProps) filtered() bool {
	f := p.Filter
	return f.Text != "" || f.Tag != "" || f.Runtime != "" || f.Author != "" || f.Source != "" || f.Status != ""
}

// VersionProps is the page of one version.
type VersionProps struct {
	Page     Page
	Function faas.Function
	Version  faas.Version
	Tags     []string       // that it holds now, $latest first
	Manifest *faas.Manifest // nil when it could not be read
	Folder   string         // query "folder": the part of the tree to show; empty for all of it
	After    string         // query "after": in a very long folder, the name that the previous page ended with
	Activity []faas.Audit   // what is recorded of it, oldest first
}

func (p VersionListProps) order() string {
	if p.Filter.Oldest {
		return "oldest"
	}
	return ""
}

// sourceName is a way in as pages call it.
func sourceName(kind faas.OriginKind) string {
	switch kind {
	case faas.FromUpload:
		return "Upload"
	case faas.FromBucket:
		return "Bucket object"
	case faas.FromCopy:
		return "Copy"
	}
	return string(kind)
}

// sourceLine is an origin in a few words for a list of the function's versions.
func sourceLine(o faas.Origin, function string) string {
	switch o.Kind {
	case faas.FromBucket:
		return "bucket " + o.Bucket
	case faas.FromCopy:
		if o.CopiedFunction == function {
			return "copy of #" + strconv.FormatInt(o.CopiedNumber, 10)
		}
		return "copy of " + o.CopiedFunction + " #" + strconv.FormatInt(o.CopiedNumber, 10)
	}
	return string(o.Kind)
}

// via says which door a request came in by.
func via(d faas.Door) string {
	switch d {
	case faas.DoorYandex:
		return "via the Yandex API"
	case faas.DoorFunctionGraph:
		return "via the FunctionGraph API"
	case faas.DoorQinling:
		return "via the Qinling API"
	case faas.DoorSystem:
		return "via Verso itself"
	}
	return "via the " + string(d)
}

func (p VersionProps) name() string {
	return p.Function.Name + " #" + strconv.FormatInt(p.Version.Number, 10)
}

func (p VersionProps) packageLine() string {
	pkg := p.Version.Package
	return ui.Size(pkg.Size) + ", " + ui.Count(int64(pkg.Files), "file", "files") + ", " + ui.Size(pkg.Unpacked) + " unpacked"
}

// copyURL prefills the form with this version's package and settings.
func (p VersionProps) copyURL() string {
	n := p.Version.Number
	return VersionNewURL(p.Page.Project, p.Function.Name, NewVersionQuery{Source: faas.FromCopy, From: n, CopyFunction: p.Function.Name, Copy: n})
}

// runtimeName adds to the id whether it is still looked after.
func runtimeName(id string) string {
	if r, ok := faas.RuntimeByID(id); ok && r.Support == faas.Retired {
		return id + " (" + string(r.Support) + ")"
	}
	return id
}

// token is the name of the token that the version was asked for with; empty for none.
func (p VersionProps) token() string {
	for _, a := range p.Activity {
		if a.Token != "" && (a.Action == "version.published" || a.Action == "version.create") {
			return a.Token
		}
	}
	return ""
}

// way is the door that a version was asked for at, unless its token says enough, and the address where it is given.
func (p VersionProps) way(address string) string {
	if p.token() != "" && p.Version.Door == faas.DoorDashboard {
		return address
	}
	return ", " + via(p.Version.Door) + address
}

// from is a network address, for those who may know it.
func (p Page) from(address string) string {
	if address == "" || !p.can(faas.Lead) {
		return ""
	}
	return ", from " + address
}

// runtimeIDs are the runtimes that a filter suggests.
func runtimeIDs() []string {
	var ids []string
	for _, r := range faas.Runtimes() {
		ids = append(ids, r.ID)
	}
	return ids
}
