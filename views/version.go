package views

import "verso/faas"

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
}
