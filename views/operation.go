package views

import "verso/faas"

// OperationProps is an operation's page, and the card that polls itself.
type OperationProps struct {
	Page      Page
	Operation faas.Operation
	Version   *faas.VersionRow // the version that was made; nil before, and when it is gone since
}

// OperationListProps is the page of a project's operations.
type OperationListProps struct {
	Page   Page
	Filter faas.OperationFilter // States holds none or one state
	List   faas.List[faas.Operation]
}

// state is the one state asked for; empty for all.
func (p OperationListProps) state() faas.OperationState {
	if len(p.Filter.States) == 0 {
		return ""
	}
	return p.Filter.States[0]
}
