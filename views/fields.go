package views

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// The fields of the forms. Limits and patterns are those that the server checks, and the sentences beside them are
// got by asking the server's own check about a wrong value; in them %q stands for the value that was typed.

// sentence is what a check says about a value that it must refuse.
func sentence(err error) string {
	if list := faas.ProblemsOf(err); len(list) > 0 {
		return list[0].Message
	}
	return ""
}

func (p FunctionFormProps) nameField() ui.Control {
	return ui.Control{
		Name: "name", Label: "Name", Value: p.Form.Name, Required: true, Problem: problemsOf(p.Err).of("name"),
		Hint: "3 to 63 lower-case letters, digits and hyphens. Links to an old name keep working until another function takes the name.",
		Attrs: templ.Attributes{
			"pattern": htmlPattern(faas.NamePattern), "minlength": "3", "maxlength": "63", "autofocus": p.Form.Name == "",
			"data-msg-required": sentence(faas.CheckName("name", "")),
			"data-msg-pattern":  sentence(faas.CheckName("name", "a_b")),
			"data-msg-length":   "The name must have 3 to 63 characters.",
		},
	}
}

func descriptionField(value, hint string, l faas.Limits, wrong problems) ui.Control {
	long := strings.Repeat("x", l.DescriptionRunes+1)
	return ui.Control{
		Name: "description", Label: "Description", Value: value, Hint: hint, Problem: wrong.of("description"),
		Attrs: templ.Attributes{
			"maxlength":       strconv.Itoa(l.DescriptionRunes),
			"data-msg-length": tooLong(sentence(faas.CheckText("description", "The description", long, l.DescriptionRunes)), l.DescriptionRunes),
		},
	}
}

// tooLong takes the sample's length out of a sentence about a text that is too long.
func tooLong(text string, max int) string {
	has, allowed := strconv.Itoa(max+1)+" characters; ", strconv.Itoa(max)
	return strings.Replace(text, "has "+has+allowed+" are allowed", "is too long; "+allowed+" characters are allowed", 1)
}

func (p FunctionFormProps) labelsField() ui.Control {
	wrong := faas.FunctionInput{Name: "abc", Labels: map[string]string{"Key": ""}}.Check(p.Limits)
	return ui.Control{
		Name: "labels", Label: "Labels", Value: p.Form.Labels, Problem: problemsOf(p.Err).of("labels"),
		Hint: "One key=value a line, for example team=billing.",
		Attrs: templ.Attributes{
			"data-pattern":     htmlPattern(faas.LabelKeyPattern + "=" + faas.LabelValuePattern),
			"data-msg-pattern": labelSentence(sentence(wrong)), "spellcheck": "false",
		},
	}
}

// labelSentence makes the sentence about one key fit a whole line.
func labelSentence(text string) string {
	return "Write one key=value a line. " + strings.Replace(text, `The label key "Key" is not allowed: start`, "A key must start", 1)
}
