package faas

import "strings"

// Variable is one row of an environment as a form or file writes it. A row without a value may mean one that is stored.
type Variable struct {
	Key   string
	Value Secret
	Kept  string // name of the base's variable whose value is meant, when there is no new one
	Draft Sealed // the value of an earlier try of the same form, when there is no new one
}

// EnvironmentOf reads the rows of an environment: names without spaces around them, and blank rows left out. A row
// without a name is blank unless a value was typed into it: clearing the name removes a variable. Invalid on
// "environment" when a name comes twice or a value has no name.
func EnvironmentOf(rows []Variable) ([]Variable, error) {
	var env []Variable
	seen := make(map[string]bool, len(rows))
	var p Problems
	for _, row := range rows {
		row.Key = strings.TrimSpace(row.Key)
		switch {
		case row.Key == "" && row.Value == "":
			continue
		case row.Key == "":
			p.Add("environment", "A variable has a value and no name; enter its name or clear the row.")
			continue
		case seen[row.Key]:
			p.Add("environment", "The variable %s is named twice; keep one of them.", row.Key)
			continue
		}
		seen[row.Key] = true
		env = append(env, row)
	}
	return env, p.Err()
}

// LabelsOf reads labels written as key=value, one a line. Invalid on "labels" for a line without = and for a key that
// comes twice.
func LabelsOf(text string) (map[string]string, error) {
	labels := map[string]string{}
	var p Problems
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if _, twice := labels[key]; twice {
			p.Add("labels", "The label %s is named twice; keep one of them.", key)
		}
		if !ok {
			p.Add("labels", "Write the label %q as key=value, one a line.", line)
		}
		labels[key] = strings.TrimSpace(value)
	}
	return labels, p.Err()
}

// WordsOf splits a field that holds several short names, separated by spaces, commas or line breaks.
func WordsOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\r' || r == '\t' })
}
