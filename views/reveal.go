package views

import (
	"strconv"

	"verso/faas"
	"verso/views/ui"
)

// RevealProps is the page that asks for the password, and then shows one value of the environment. The field of the form
// is password.
type RevealProps struct {
	Page     Page
	Function faas.Function
	Version  faas.Version
	Name     string // of the variable
	Err      error
	Shown    bool        // the password was right
	Value    faas.Secret // only when it is shown
}

func (p RevealProps) url() string {
	return RevealURL(p.Page.Project, p.Function.Name, p.Version.Number, p.Name)
}

func (p RevealProps) back() string {
	return VersionURL(p.Page.Project, p.Function.Name, p.Version.Number)
}

func (p RevealProps) version() string {
	return p.Function.Name + " #" + strconv.FormatInt(p.Version.Number, 10)
}

func (p RevealProps) passwordField() ui.Control {
	return ui.Control{Name: "password", Label: "Your password", Required: true, Problem: problemsOf(p.Err).of("password")}
}
