package main

import (
	"context"
	"fmt"
)

// pageRatio and pollRatio are what lists and polls should reach of the reference at 16 connections.
const (
	pageRatio = 0.07
	pollRatio = 0.5
	lastRatio = 0.95
)

// connections are how many ask at once.
var connections = []int{1, 16}

// measureLists measures the page of functions, and the pages of versions, the last one beside the first.
func measureLists(ctx context.Context, b *bench, s *site) error {
	const project = "/projects/default/functions"
	what := fmt.Sprintf("functions page, 50 of %d", s.seeded.functions)
	if err := b.against(ctx, s, what, pageRatio, s.target(what, project)); err != nil {
		return err
	}
	for _, f := range s.seeded.histories {
		path := project + "/" + f.name + "/versions"
		what := fmt.Sprintf("versions page, 50 of %s", thousands(f.versions))
		first, last := s.target(what, path), s.target(what+", the last", path+"?last=1")
		if err := b.against(ctx, s, what, pageRatio, first, last); err != nil {
			return err
		}
	}
	return nil
}

// measurePoll measures the card of an operation as htmx asks for it: while it waits, and when it has made a version.
func measurePoll(ctx context.Context, b *bench, s *site) error {
	what := "operation card, waiting"
	if err := b.against(ctx, s, what, pollRatio, s.target(what, "/operations/"+s.seeded.waiting, fragment)); err != nil {
		return err
	}
	what = "operation card, succeeded"
	return b.against(ctx, s, what, 0, s.target(what, "/operations/"+s.seeded.done, fragment))
}

// against measures a page right behind the reference. The aim holds at the highest number of connections; a further
// target is compared with the page itself.
func (b *bench) against(ctx context.Context, s *site, what string, least float64, targets ...target) error {
	for _, n := range connections {
		all, err := b.alternate(ctx, n, append([]target{b.bare()}, targets...)...)
		if err != nil {
			return err
		}
		bare, page := all[0], all[1]
		goal := aim{}
		if n == connections[len(connections)-1] && least > 0 {
			goal = atLeast(least)
		}
		at := fmt.Sprintf(", %d connection%s", n, pick(n == 1, "", "s"))
		r := ratio(page, bare)
		b.report.put(s.engine, what+at, goal, r.median, "ratio "+r.String(), fmt.Sprintf("%.0f (reference %.0f)", page.micros(), bare.micros()))
		say("  %s%s: %s, %.0f µs, %d bytes, p50 %s, p99 %s", what, at, r, page.micros(), page.bytes, middle(page.p50s), middle(page.p99s))
		if len(all) > 2 {
			r := ratio(all[2], page)
			b.report.put(s.engine, "its last page over its first"+": "+what+at, atLeast(lastRatio), r.median, r.String(), fmt.Sprintf("%.0f", all[2].micros()))
			say("  its last page: %s of the first, %.0f µs", r, all[2].micros())
		}
	}
	return nil
}

// thousands writes a number with commas.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
