package views

import (
	"strconv"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// LoginProps is the page where people sign in. Its fields are name, password and next.
type LoginProps struct {
	Page  Page
	Name  string // as it was typed; the password never comes back
	Next  string // where signing in leads, already found to be a page of ours; empty for the front door
	OIDC  string // the identity provider's name for people; empty when there is none
	Empty bool   // nobody can sign in yet: the page says how the first person is made
	Ended bool   // the browser had a session that is over
	Err   error  // what the verb said; nil on the first look
}

// why says why one is here, where that is not to sign in for its own sake; empty otherwise.
func (p LoginProps) why() string {
	switch {
	case p.Err != nil || p.Page.Notice != "":
		return ""
	case p.Ended:
		return "Your session has ended. Sign in again."
	case p.Next != "":
		return "Sign in to see the page that you asked for."
	}
	return ""
}

// SetupProps is the page that makes the first administrator. Its fields are key, name and password.
type SetupProps struct {
	Page Page
	Key  string // of the link; sent back in a hidden field
	Name string
	Err  error
}

// firstPerson makes the first administrator without the link. The password is read, not shown and in no history.
const firstPerson = `verso user add NAME --admin --password-stdin`

func (p LoginProps) nameField() ui.Control {
	return ui.Control{
		Name: "name", Label: "Name", Value: p.Name, Required: true, Problem: problemsOf(p.Err).of("name"),
		Attrs: templ.Attributes{"autocomplete": "username", "autocapitalize": "none", "autofocus": p.Name == ""},
	}
}

func (p LoginProps) passwordField() ui.Control {
	return ui.Control{
		Name: "password", Label: "Password", Required: true, Problem: problemsOf(p.Err).of("password"),
		Attrs: templ.Attributes{"autofocus": p.Name != ""},
	}
}

// personNameField asks for the name of a new person; err is what the verb said of the form. Complete is "username" where
// somebody names themselves, and "off" where a browser must not fill in who is looking.
func personNameField(value, complete string, err error) ui.Control {
	return ui.Control{
		Name: "name", Label: "Name", Value: value, Required: true, Problem: problemsOf(err).of("name"),
		Hint: "2 to 64 lower-case letters, digits and - _ . @ +; it cannot be changed later.",
		Attrs: templ.Attributes{
			"pattern": htmlPattern(faas.PersonNamePattern), "minlength": "2", "maxlength": "64", "autocomplete": complete,
			"autocapitalize": "none", "data-msg-required": sentence(faas.CheckPersonName("")),
			"data-msg-pattern": sentence(faas.CheckPersonName("/")), "data-msg-length": sentence(faas.CheckPersonName("/")),
		},
	}
}

// newPasswordField asks for a new password; err is what the verb said of the form.
func newPasswordField(label string, err error) ui.Control {
	return ui.Control{
		Name: "password", Label: label, Required: true, Problem: problemsOf(err).of("password"),
		Hint: "At least " + strconv.Itoa(faas.PasswordMin) + " characters; any are allowed. A few unrelated words are good, or what a password manager makes.",
		Attrs: templ.Attributes{
			"minlength": strconv.Itoa(faas.PasswordMin), "data-msg-required": sentence(faas.CheckPassword("", "")),
			"data-msg-length": sentence(faas.CheckPassword("", "x")),
		},
	}
}
