package main

import (
	"context"
	"fmt"
	"os"

	"verso/faas"
	"verso/service"
)

type tokenCommand struct {
	Create tokenCreate `cmd:"" help:"Make a token for a program of somebody's, and print it this once."`
	Revoke tokenRevoke `cmd:"" help:"End a token at once."`
	List   tokenList   `cmd:"" help:"List the tokens of a project, without their secrets."`
}

// tokenFlags say whose a token or access key is and what it may do.
type tokenFlags struct {
	location
	User     string `required:"" help:"Whose it is; it never may more than they."`
	Project  string `required:"" help:"The one project in which it works."`
	Role     string `placeholder:"ROLE" help:"viewer, developer, lead or owner; the person's own when it is left out."`
	ReadOnly bool   `name:"read-only" help:"It may change nothing, whatever the role."`
	Expires  life   `default:"90d" placeholder:"DURATION" help:"How long it works: 90m, 24h, 30d, or never for no end; 90d when it is left out."`
	Name     string `default:"made on the command line" placeholder:"NAME" help:"What it is for."`
}

// make checks the flags and makes something in the name of its person.
func (f tokenFlags) make(ctx context.Context, do func(*service.Service, faas.Actor, service.TokenInput) error) error {
	in := service.TokenInput{Name: f.Name, ReadOnly: f.ReadOnly, Life: f.Expires.duration()}
	if f.Role != "" {
		role, err := faas.RoleByName(f.Role)
		if err != nil {
			return err
		}
		in.Role = role
	}
	return f.in(ctx, f.Project, func(verbs *service.Service, who faas.Actor) error {
		if _, err := verbs.Person(ctx, who, f.User); err != nil {
			return named(err, "person", f.User)
		}
		owner, err := verbs.ActorFor(ctx, who, f.User, f.Project)
		if err != nil {
			return err
		}
		in.By = who
		return do(verbs, owner, in)
	})
}

type tokenCreate struct{ tokenFlags }

// Run prints the token and nothing else.
func (c tokenCreate) Run(ctx context.Context) error {
	return c.make(ctx, func(verbs *service.Service, owner faas.Actor, in service.TokenInput) error {
		text, _, err := verbs.CreateToken(ctx, owner, in)
		if err != nil {
			return err
		}
		_, err = fmt.Println(string(text))
		return err
	})
}

type tokenRevoke struct {
	location
	ID string `arg:"" help:"The part between the dots: t1.ID.secret"`
}

// Run takes effect at the next request.
func (c tokenRevoke) Run(ctx context.Context) error {
	return c.revoke(ctx, "token", c.ID, (*service.Service).RevokeToken)
}

// revoke ends a token or access key in whichever project it is: its id is all that scripts have kept.
func (l location) revoke(ctx context.Context, noun, id string, verb func(*service.Service, context.Context, faas.Actor, string) error) error {
	if !faas.IsTokenID(id) {
		return faas.Errorf(faas.Invalid, "The id of a %s has 16 lower-case letters and digits; list them with: verso %s list --project NAME", noun, noun)
	}
	return l.administer(ctx, false, func(verbs *service.Service, who faas.Actor) error {
		list, err := verbs.Projects(ctx)
		if err != nil {
			return err
		}
		for _, p := range list {
			who.ProjectID = p.ID
			if err := verb(verbs, ctx, who, id); !faas.Is(err, faas.NotFound) {
				return err
			}
		}
		return faas.Errorf(faas.NotFound, "There is no %s %s.", noun, id)
	})
}

type tokenList struct {
	location
	Project string `required:""`
}

// Run prints a table, newest first.
func (c tokenList) Run(ctx context.Context) error {
	return c.in(ctx, c.Project, func(verbs *service.Service, who faas.Actor) error {
		var rows [][]string
		err := pages(func(page faas.Page) (faas.List[faas.Token], error) {
			return verbs.Tokens(ctx, who, true, page)
		}, func(t faas.Token) { rows = append(rows, tokenRow(t)) })
		if err != nil {
			return err
		}
		return table(os.Stdout, tokenHead, rows)
	})
}

const tokenHead = "ID | STATE | USER | MAY | ENDS WITH | CREATED | EXPIRES | LAST USED | NAME"

// tokenRow has the name last, because only it may hold spaces.
func tokenRow(t faas.Token) []string {
	state, may := "live", t.Role.String()
	switch {
	case !t.RevokedAt.IsZero():
		state = "revoked"
	case !t.Live(clock()):
		state = "expired"
	}
	if t.ReadOnly {
		may += ",read-only"
	}
	return []string{t.ID, state, t.Person, may, t.Last4, moment(t.CreatedAt), moment(t.ExpiresAt), moment(t.UsedAt), t.Name}
}
