package arch

import (
	"fmt"
	"strings"
)

// The marks between which ARCHITECTURE.md shows the plan.
const (
	tableBegin = "<!-- arch:table -->"
	tableEnd   = "<!-- /arch:table -->"
)

// Table writes the plan as the markdown table of ARCHITECTURE.md.
func Table() string {
	var b strings.Builder
	b.WriteString("| Room | imports of ours | from outside | net/http | is |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range Rooms {
		http := "no"
		if r.HTTP {
			http = "yes"
		}
		ours := cell(r.Ours)
		if r.All {
			ours = "everything"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", r.Name, ours, cell(r.Outside), http, r.Note)
	}
	return b.String()
}

func cell(list []string) string {
	if len(list) == 0 {
		return "nothing"
	}
	return "`" + strings.Join(list, "`, `") + "`"
}

// replaceTable puts table between the marks of text; false when text lacks the marks.
func replaceTable(text, table string) (string, bool) {
	before, rest, found := strings.Cut(text, tableBegin)
	_, after, closed := strings.Cut(rest, tableEnd)
	if !found || !closed {
		return "", false
	}
	return before + tableBegin + "\n\n" + table + "\n" + tableEnd + after, true
}
