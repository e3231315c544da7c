package views

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// TokenListProps is the page of one's tokens or access keys in a project. The fields of the form are name, role,
// read_only (1) and expires (a value of Lifetimes).
type TokenListProps struct {
	Page      Page
	Kind      TokenKind
	Everybody bool      // the query all=1: not only one's own
	At        faas.Page // the page of the list that was asked for
	List      faas.List[faas.Token]
	Form      TokenForm // NewTokenForm on the first look
	Err       error
}

// TokenForm is what the fields hold, as typed.
type TokenForm struct {
	Name     string
	Role     string
	ReadOnly bool
	Expires  string
}

// NewTokenForm is an untouched form: for 90 days, read only for who may only read, and with no more than most programs
// need: whoever wants more says so.
func NewTokenForm(role faas.Role) TokenForm {
	return TokenForm{Role: min(role, faas.Developer).String(), ReadOnly: role <= faas.Viewer, Expires: "90d"}
}

// TokenMadeProps is the page that shows a new token, or a new access key's secret, this once.
type TokenMadeProps struct {
	Page  Page
	Kind  TokenKind
	Token faas.Token
	Text  faas.Secret // the token itself, or the access key's secret
}

// TokensOfKeys is a list of access keys as the page shows it: without their secrets.
func TokensOfKeys(keys faas.List[faas.AccessKey]) faas.List[faas.Token] {
	list := faas.List[faas.Token]{Next: keys.Next, Prev: keys.Prev, More: keys.More}
	for _, k := range keys.Items {
		list.Items = append(list.Items, k.Token)
	}
	return list
}

// Lifetime is one choice of how long a token is good.
type Lifetime struct {
	Value string // of the field expires
	Text  string
	Life  time.Duration // 0 for ever
}

// Lifetimes are the choices in the order of the form.
func Lifetimes() []Lifetime {
	const day = 24 * time.Hour
	return []Lifetime{
		{"1d", "after 1 day", day},
		{"30d", "after 30 days", 30 * day},
		{"90d", "after 90 days", 90 * day},
		{"1y", "after 1 year", 365 * day},
		{"never", "never", 0},
	}
}

// LifeOf reads the field expires. Invalid on it for anything that is no choice of the form.
func LifeOf(value string) (time.Duration, error) {
	for _, l := range Lifetimes() {
		if l.Value == value {
			return l.Life, nil
		}
	}
	return 0, faas.Invalidf("expires", "Choose when it expires.")
}

// scopeOf is what a token may do, in a few words.
func scopeOf(t faas.Token) string {
	if t.ReadOnly {
		return t.Role.String() + ", read only"
	}
	return t.Role.String()
}

func (p TokenListProps) caption() string {
	if p.Everybody {
		return p.Kind.title() + " of everybody in the project " + p.Page.Project
	}
	return "Your " + p.Kind.many() + " in the project " + p.Page.Project
}

// nothing is why a list is empty, and what to do.
func (p TokenListProps) nothing() string {
	if p.Everybody {
		return "Nobody has made one in this project. Make the first one below; it is shown once."
	}
	return "You have made none in this project. Make the first one below; it is shown once."
}

func (p TokenListProps) links() ui.PagerLinks {
	return pagerLinks(p.List, func(page faas.Page) string {
		return TokenListURL(p.Page.Project, p.Kind, p.Everybody, page)
	})
}

// roles are those that a token of this person can have.
func (p TokenListProps) roles() []faas.Role {
	return slices.DeleteFunc(faas.Roles(), func(r faas.Role) bool { return !p.Page.can(r) })
}

func (p TokenListProps) nameField() ui.Control {
	long := strings.Repeat("x", faas.TokenNameRunes+1)
	return ui.Control{
		Name: "name", Label: "Name", Value: p.Form.Name, Required: true, Problem: problemsOf(p.Err).of("name"),
		Hint: "What it is for, so that you know which one to revoke: “deploys from CI”.",
		Attrs: templ.Attributes{
			"maxlength":         strconv.Itoa(faas.TokenNameRunes),
			"data-msg-required": sentence(faas.CheckTokenName("")),
			"data-msg-length":   tooLong(sentence(faas.CheckTokenName(long)), faas.TokenNameRunes),
		},
	}
}

func (p TokenListProps) roleField() ui.Control {
	return ui.Control{
		Name: "role", Label: "Role", Required: true, Problem: problemsOf(p.Err).of("role"),
		Hint: "At most your own. It shrinks when yours does.",
	}
}

func (p TokenListProps) expiresField() ui.Control {
	return ui.Control{
		Name: "expires", Label: "Expires", Required: true, Problem: problemsOf(p.Err).of("expires"),
		Hint: "It can be revoked at any time.",
	}
}

func (p TokenListProps) readOnlyField() ui.Control {
	return ui.Control{
		Name: "read_only", Label: "Read only", Problem: problemsOf(p.Err).of("read_only"),
		Hint: "It may look and download, and change nothing.",
	}
}

// reach is what somebody can do who has it.
func (p TokenMadeProps) reach() string {
	reach := "Whoever has it can work in the project " + p.Page.Project + " as " + p.Token.Role.WithArticle()
	if p.Token.ReadOnly {
		return reach + ", and change nothing."
	}
	return reach + "."
}

// useNote says where the token goes in a program's requests.
func (p TokenMadeProps) useNote() string {
	return "Send it as a header, never in an address. Read it into a variable, so that it does not stay in your shell's history. Run this line alone, paste the token and press Enter; nothing is shown:"
}

// readToken stands in a block of its own: what is pasted behind it would be read as the token.
const readToken = "read -rs VERSO_TOKEN"

// curl is a first request that this token may make.
func (p TokenMadeProps) curl() string {
	if p.Token.ReadOnly || p.Token.Role < faas.Developer {
		return lines(curl, "'"+p.Page.BaseURL+ActivityExportURL(p.Page.Project, "json", ActivityQuery{})+"'")
	}
	return FunctionListProps{Page: p.Page}.curl()
}
