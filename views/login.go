package views

// LoginProps is the page where people sign in. Its fields are name, password and next.
type LoginProps struct {
	Page  Page
	Name  string // as it was typed; the password never comes back
	Next  string // where signing in leads, already found to be a page of ours; empty for the front door
	OIDC  string // the identity provider's name for people; empty when there is none
	Empty bool   // nobody can sign in yet: the page says how the first person is made
	Err   error  // what the verb said; nil on the first look
}

// SetupProps is the page that makes the first administrator. Its fields are key, name and password.
type SetupProps struct {
	Page Page
	Key  string // of the link; sent back in a hidden field
	Name string
	Err  error
}
