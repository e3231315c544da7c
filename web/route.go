package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"verso/faas"
)

// Route is one row of a door: what answers at an address, and the right that it takes.
type Route struct {
	Method  string
	Path    string // a pattern of http.ServeMux without method and host
	Right   faas.Right
	Handler Handler
}

// Gate wraps the handler of a row with the question who may: it calls next only for whom the rule lets in.
type Gate func(rule faas.Rule, next Handler) Handler

// Mount is the rows of one door, with its gate and its way to tell of errors.
type Mount struct {
	Routes []Route
	Gate   Gate
	Fail   ErrorFunc
}

// Router leads requests to rows. Nothing but a row can be reached through it, and no row without its gate.
type Router struct {
	mux     *http.ServeMux
	refuses http.Handler
	routes  []Route
}

// NewRouter makes the router of all doors, or says which rows cannot be: one whose right has no rule, one that could
// change something under a rule that only reads, two for the same requests. Fail answers where no row is.
func NewRouter(fail ErrorFunc, doors ...Mount) (*Router, error) {
	rt := &Router{mux: http.NewServeMux()}
	rt.refuses = Routed(rt.mux, fail)
	var wrong []error
	for _, door := range doors {
		for _, route := range door.Routes {
			if err := rt.add(door, route); err != nil {
				wrong = append(wrong, fmt.Errorf("route %s %s: %w", route.Method, route.Path, err))
			}
		}
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return rt, nil
}

// ServeHTTP answers a request by its row, and refuses in words of the fail function what has none.
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) { rt.refuses.ServeHTTP(w, r) }

// Routes lists the rows, for tests and documents that are made from them.
func (rt *Router) Routes() []Route { return append([]Route(nil), rt.routes...) }

// add checks a row and puts it into the mux, behind its gate.
func (rt *Router) add(door Mount, route Route) (err error) {
	rule, err := route.rule()
	if err != nil {
		return err
	}
	if door.Gate == nil || door.Fail == nil {
		return errors.New("its door has no gate, or does not tell of errors")
	}
	guarded := door.Gate(rule, route.Handler)
	if guarded == nil {
		return errors.New("its gate is not there")
	}
	// The mux panics when two rows would answer the same requests, and when a path is no pattern.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	rt.mux.Handle(route.Method+" "+route.Path, Handle(guarded, door.Fail))
	rt.routes = append(rt.routes, route)
	return nil
}

// rule finds the rule of a row that can be.
func (route Route) rule() (faas.Rule, error) {
	rule, known := faas.RuleOf(route.Right)
	switch {
	case !known:
		return rule, fmt.Errorf("its right %q has no rule; see faas.Rules", route.Right)
	case !knownMethod(route.Method):
		return rule, errors.New("it needs one method that we know")
	case !strings.HasPrefix(route.Path, "/"):
		return rule, errors.New("its path does not begin with a slash")
	case route.Handler == nil:
		return rule, errors.New("it has no handler")
	case unsafeMethod(route.Method) && rule.Reads && rule.Scope != faas.Everybody:
		return rule, fmt.Errorf("its right %q only reads, and %s may change something", route.Right, route.Method)
	}
	return rule, nil
}

// Plain makes a Handler of an http.Handler that tells of its errors itself: static files, metrics.
func Plain(h http.Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}
