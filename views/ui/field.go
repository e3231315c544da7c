package ui

import "github.com/a-h/templ"

// Control describes one field of a form. Its limits and sentences are the server's own; scripts read them too.
type Control struct {
	Name     string // id and name of the control, and the Field of its errors
	Label    string
	Value    string
	Hint     string
	Problem  string // the sentence about a wrong value; empty when it is fine
	Required bool
	// Attrs are further attributes of the control: pattern, maxlength, data-msg-…; a false one is left out.
	Attrs templ.Attributes
}

// All are the attributes that every control has, and its own.
func (c Control) All() templ.Attributes {
	all := templ.Attributes{
		"id": c.Name, "name": c.Name, "aria-describedby": "hint-" + c.Name + " problem-" + c.Name,
		"required": c.Required,
	}
	if c.Hint == "" {
		all["aria-describedby"] = "problem-" + c.Name
	}
	if c.Problem != "" {
		all["aria-invalid"] = "true"
	}
	for name, value := range c.Attrs {
		all[name] = value
	}
	return all
}

// input are the attributes of a field of one line: nothing is remembered or corrected unless Attrs say so.
func (c Control) input() templ.Attributes {
	all := c.All()
	for name, value := range map[string]string{"autocomplete": "off", "spellcheck": "false"} {
		if _, own := all[name]; !own {
			all[name] = value
		}
	}
	return all
}

// Problem is one sentence of the summary above a form. Field is empty when no one field is at fault.
type Problem struct{ Field, Message string }
