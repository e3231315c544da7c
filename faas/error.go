package faas

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of failure an error is. Doors map it to their status and envelope; nobody compares texts.
type Kind uint8

// The kinds of failure. The zero value is Internal: an error nobody has named is ours, not the caller's.
const (
	Internal        Kind = iota // a fault of ours; shown as its request id and nothing else
	Invalid                     // the input is wrong; Field names where, Message says the cure
	Unauthenticated             // nobody is known to be asking
	Forbidden                   // the actor is known and lacks the right
	NotFound                    // missing, or another project's: the two look alike
	Conflict                    // somebody else changed it first, or the name is taken
	Precondition                // the thing is in a state that forbids the request
	TooLarge                    // more bytes than the limit
	Exhausted                   // a quota or rate is used up
	Unavailable                 // something we depend on does not answer now
)

var kindNames = [...]string{
	"internal", "invalid", "unauthenticated", "forbidden", "not found", "conflict",
	"precondition", "too large", "exhausted", "unavailable",
}

// String returns the kind's name as it appears in logs.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Error is a failure with a sentence fit for the person who caused it.
type Error struct {
	Kind    Kind
	Message string // a full sentence for the user; empty for Internal
	Field   string // the input's name as the form calls it; empty when no one field is at fault
	Err     error  // what lies beneath, for the log

	Wait  time.Duration // Exhausted: when trying again makes sense; zero for soon
	Right Right         // Forbidden: what the actor may not do; empty when it is not the actor who was refused

	Wanted string // Forbidden: the thing that they may not have, where the right alone does not say: the tag "prod"
}

// Error returns the sentence, followed by the cause where there is one.
func (e *Error) Error() string {
	switch {
	case e.Err == nil:
		return e.Message
	case e.Message == "":
		return e.Err.Error()
	}
	return e.Message + ": " + e.Err.Error()
}

// Unwrap returns what lies beneath.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of a kind with a sentence for the user.
func Errorf(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Invalidf makes an Invalid error about one field.
func Invalidf(field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Field: field, Message: fmt.Sprintf(format, args...)}
}

// Problems is every Invalid error found in one input, in the order of its fields.
type Problems []*Error

// Error returns the sentences, one a line.
func (p Problems) Error() string { return errors.Join(p.Unwrap()...).Error() }

// Unwrap lets errors.As find the single errors.
func (p Problems) Unwrap() []error {
	list := make([]error, len(p))
	for i, e := range p {
		list[i] = e
	}
	return list
}

// Add notes a problem with a field.
func (p *Problems) Add(field, format string, args ...any) {
	*p = append(*p, Invalidf(field, format, args...))
}

// Merge notes the problems that another check found.
func (p *Problems) Merge(err error) { *p = append(*p, ProblemsOf(err)...) }

// Err returns nil when nothing was noted, so that a check can end with `return p.Err()`.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

// ProblemsOf returns the errors with a sentence that err consists of; nil when it is none of ours.
func ProblemsOf(err error) []*Error {
	var list Problems
	if errors.As(err, &list) {
		return list
	}
	var one *Error
	if errors.As(err, &one) {
		return []*Error{one}
	}
	return nil
}

// KindOf finds the kind of an error. Deadlines and cancellations of the caller count as Unavailable.
func KindOf(err error) Kind {
	if list := ProblemsOf(err); len(list) > 0 {
		return list[0].Kind
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return Unavailable
	}
	return Internal
}

// WaitOf is when trying again makes sense after an error; zero when it does not say.
func WaitOf(err error) time.Duration {
	if list := ProblemsOf(err); len(list) > 0 {
		return list[0].Wait
	}
	return 0
}

// DeniedOf is the right that the actor lacked; empty for any other error.
func DeniedOf(err error) Right {
	for _, e := range ProblemsOf(err) {
		if e.Kind == Forbidden && e.Right != "" {
			return e.Right
		}
	}
	return ""
}

// WantedOf is the thing that the actor was refused; empty where the right says all.
func WantedOf(err error) string {
	for _, e := range ProblemsOf(err) {
		if e.Kind == Forbidden && e.Wanted != "" {
			return e.Wanted
		}
	}
	return ""
}

// Is reports whether err is of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
