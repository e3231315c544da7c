package e2e

import "testing"

// The confirmation opens above the page, its way back closes it, and the keyboard is where it was.
func TestDialog(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{})
	p.Open(s.URL + "/projects/default/functions/new")
	p.Fill("#name", "invoice-pdf")
	p.Click("[data-submit]")
	p.WaitFor("a[data-dialog][href$=delete]")
	for _, back := range []func(){
		func() { p.Click("#dialog a[data-dialog-close]") },
		func() { p.Press("\u001b") },
	} {
		p.Focus("a[data-dialog][href$=delete]")
		p.Press("\r")
		p.WaitText("#dialog h1", "invoice-pdf")
		for _, line := range p.Violations() {
			t.Error(line)
		}
		back()
		p.WaitUntil("the dialog is closed", `!document.querySelector('#dialog').open`)
		p.WaitUntil("the link has the keyboard again", `document.activeElement.href?.endsWith('/delete')`)
	}
	p.Click("a[data-dialog][href$=delete]")
	p.Click("#dialog form button")
	p.WaitUntil("the function is going", `!document.querySelector('dialog[open]') && location.pathname.startsWith('/operations/')`)
}
