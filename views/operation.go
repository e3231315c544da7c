package views

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

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

// polling is what makes the card ask for itself; a finished one asks no more. A failing answer leaves it as it is.
func (p OperationProps) polling() templ.Attributes {
	if p.Operation.State.Done() {
		return nil
	}
	return templ.Attributes{
		"hx-get": OperationURL(p.Operation.ID), "hx-trigger": "every 1s", "hx-swap": "outerHTML",
		"hx-status:5xx": "swap:none", "data-poll": true,
	}
}

// stateWord says the state, and why nothing moves where that is the case.
func (p OperationProps) stateWord() string {
	op := p.Operation
	switch {
	case op.State == faas.Queued && op.Attempt > 0:
		return "waiting to try again"
	case op.State == faas.Running && op.Attempt > 1:
		return "running, attempt " + strconv.Itoa(op.Attempt)
	}
	return string(op.State)
}

// took is the time an operation has lasted, or lasted.
func took(op *faas.Operation, now time.Time) time.Duration {
	switch n := len(op.Stages); {
	case op.State == faas.Succeeded && n > 0:
		return op.Stages[n-1].At.Sub(op.CreatedAt)
	case op.Failure != nil && !op.Failure.At.IsZero():
		return op.Failure.At.Sub(op.CreatedAt)
	case op.State.Done():
		return op.ModifiedAt.Sub(op.CreatedAt)
	}
	return now.Sub(op.CreatedAt)
}

func (p OperationProps) elapsed() string {
	d := ui.Duration(took(&p.Operation, p.Page.Now))
	if p.Operation.State.Done() {
		return "took " + d
	}
	return d + " so far"
}

// step is a stage as the card draws it.
type step struct{ name, class, state, took string }

// stageName is what was done when a stage is reached.
func stageName(kind faas.OperationKind, s faas.Stage) string {
	switch s {
	case faas.Received:
		return "Request received"
	case faas.Fetched:
		return "Package stored"
	case faas.Checked:
		return "Package checked"
	case faas.Indexed:
		return "Files listed"
	}
	if kind == faas.DeleteFunction {
		return "Function removed"
	}
	return "Version published"
}

// stages are all stages in order with their state and the time each took.
func (p OperationProps) stages() []step {
	op := p.Operation
	reached := map[faas.Stage]time.Time{}
	for _, s := range op.Stages {
		reached[s.Stage] = s.At
	}
	var list []step
	before, waiting := op.CreatedAt, op.Waiting()
	for _, s := range faas.StagesOf(op.Kind) {
		row := step{name: stageName(op.Kind, s), class: "waiting", state: "waiting"}
		if at, ok := reached[s]; ok {
			row.class, row.state, row.took = "done", "done", ui.Duration(at.Sub(before))
			before = at
		} else if s == waiting {
			row.class, row.state = p.current()
		} else if op.State.Done() {
			row.state = "not reached"
		}
		list = append(list, row)
	}
	return list
}

// current is the state of the first stage that was not reached.
func (p OperationProps) current() (class, state string) {
	switch p.Operation.State {
	case faas.Failed:
		return "failed", "failed"
	case faas.Cancelled:
		return "waiting", "cancelled"
	case faas.Running:
		return "now", "now"
	}
	return "waiting", "waiting"
}

// cause is the sentence of the failure; one of ours is known by its request id only.
func (p OperationProps) cause() string {
	if p.Operation.Failure.Message != "" {
		return p.Operation.Failure.Message
	}
	return "Something went wrong in Verso itself. Its log tells more under the request id " + p.Operation.RequestID + "."
}

// gone is true when this very operation has removed its function.
func (p OperationProps) gone() bool {
	return p.Operation.Kind == faas.DeleteFunction && p.Operation.State == faas.Succeeded
}

func (p OperationProps) crumbs() []crumb {
	if p.gone() {
		return crumbs(p.Page, "", crumb{text: p.Operation.FunctionName})
	}
	return crumbs(p.Page, p.Operation.FunctionName)
}

func (p OperationProps) retryURL() string {
	op := p.Operation
	return VersionNewURL(p.Page.Project, op.FunctionName, NewVersionQuery{Retry: op.ID})
}
