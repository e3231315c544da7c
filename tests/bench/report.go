package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// aim is a bound that a figure should keep. The zero value is none.
type aim struct {
	bound float64
	most  bool   // the figure should be at most the bound, else at least
	unit  string // of the bound, for the table
}

func atLeast(bound float64) aim             { return aim{bound: bound} }
func atMost(bound float64, unit string) aim { return aim{bound: bound, most: true, unit: unit} }

// String is the aim as the table shows it.
func (a aim) String() string {
	switch {
	case a == aim{}:
		return ""
	case a.most:
		return strings.TrimSpace(fmt.Sprintf("≤ %g %s", a.bound, a.unit))
	}
	return strings.TrimSpace(fmt.Sprintf("≥ %g %s", a.bound, a.unit))
}

// verdict says whether a figure keeps the bound, and otherwise by how much of the bound it does not.
func (a aim) verdict(figure float64) string {
	switch {
	case a == aim{}:
		return ""
	case a.most == (figure <= a.bound) || figure == a.bound:
		return "met"
	}
	return fmt.Sprintf("**missed by %.0f %%**", math.Max(1, math.Abs(figure-a.bound)/a.bound*100))
}

// cell is what one engine reached in one row.
type cell struct{ figure, cpu string }

type row struct {
	what  string
	aim   aim
	cells map[string]cell // by engine
}

// report is the one table, in the order in which rows were first put.
type report struct {
	engines []string
	rows    []*row
}

// put notes a figure: text is how it is shown, value what the aim is compared with. Cpu may be empty.
func (r *report) put(engine, what string, a aim, value float64, text, cpu string) {
	if v := a.verdict(value); v != "" {
		text += ", " + v
	}
	for _, have := range r.rows {
		if have.what == what {
			have.cells[engine] = cell{text, cpu}
			return
		}
	}
	r.rows = append(r.rows, &row{what: what, aim: a, cells: map[string]cell{engine: {text, cpu}}})
}

// names are the engines' names as people write them; both stands for what no engine matters to.
var names = map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL"}

const both = ""

func (r *report) markdown(about string) string {
	var b strings.Builder
	b.WriteString(about + "\n\n| what | aim |")
	for _, e := range r.engines {
		fmt.Fprintf(&b, " %s | CPU µs |", names[e])
	}
	b.WriteString("\n| --- | --- |" + strings.Repeat(" --- | --- |", len(r.engines)) + "\n")
	for _, row := range r.rows {
		fmt.Fprintf(&b, "| %s | %s |", row.what, row.aim)
		for i, e := range r.engines {
			c := row.cells[e]
			if i == 0 && c == (cell{}) {
				c = row.cells[both]
			}
			fmt.Fprintf(&b, " %s | %s |", c.figure, c.cpu)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The marks between which docs/performance.md shows the table.
const (
	tableBegin = "<!-- bench: made by `go run ./tests/bench -write` -->"
	tableEnd   = "<!-- bench end -->"
)

// writeTable puts the table into docs/performance.md.
func writeTable(table string) error {
	path := filepath.Join("docs", "performance.md")
	old, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, ok := replaceTable(string(old), table)
	if !ok {
		return errors.New(path + " has lost the marks between which the table belongs")
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// replaceTable puts table between the marks; false when text lacks them.
func replaceTable(text, table string) (string, bool) {
	before, rest, found := strings.Cut(text, tableBegin)
	_, after, closed := strings.Cut(rest, tableEnd)
	if !found || !closed {
		return "", false
	}
	return before + tableBegin + "\n\n" + table + "\n" + tableEnd + after, true
}
