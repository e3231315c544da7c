package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strings"

	"verso/faas"
	"verso/handlers/dashboard"
	"verso/service"
)

// oidcFlags connect an OpenID Connect issuer. Its client secret comes by the environment alone.
type oidcFlags struct {
	Issuer      string     `env:"ISSUER" placeholder:"URL" help:"An OpenID Connect issuer that people may sign in with; its client secret in VERSO_OIDC_CLIENT_SECRET."`
	ClientID    string     `name:"client-id" env:"CLIENT_ID" placeholder:"ID" help:"What the issuer calls this server."`
	Name        string     `default:"single sign-on" env:"NAME" help:"What people call the issuer."`
	Group       groupFlags `env:"GROUPS" placeholder:"GROUP=PROJECT:ROLE" help:"What the issuer's group may do, repeatable; GROUP=admin for administrators."`
	GroupsClaim string     `name:"groups-claim" default:"groups" env:"GROUPS_CLAIM" help:"The claim that holds a person's groups."`
}

// check refuses what only looks configured. It never repeats the issuer: somebody may have written a password into it.
func (f oidcFlags) check() error {
	if f.Issuer == "" {
		if f.ClientID != "" || len(f.Group) > 0 || f.secret() != "" {
			return errors.New("--oidc-issuer is missing: without it nothing else of OpenID Connect means anything")
		}
		return nil
	}
	if !isIssuer(f.Issuer) {
		return errors.New("--oidc-issuer: write https:// and a host, just as the issuer itself does")
	}
	switch {
	case f.Name == "" || f.GroupsClaim == "":
		return errors.New("--oidc-name and --oidc-groups-claim must not be empty; leave them out for the usual")
	case f.ClientID == "":
		return errors.New("--oidc-client-id is missing: it is what the issuer calls this server")
	case f.secret() == "":
		return errors.New("VERSO_OIDC_CLIENT_SECRET is missing: put the secret that the issuer gave for this server into the environment")
	}
	return nil
}

// isIssuer reports whether an issuer can have this address: by https, or on this machine.
func isIssuer(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || (u.Scheme == "http" && loopback(net.JoinHostPort(u.Hostname(), "0")))
}

// secret is what the issuer knows this server by.
func (oidcFlags) secret() faas.Secret { return faas.Secret(os.Getenv("VERSO_OIDC_CLIENT_SECRET")) }

// connect prepares signing in with the issuer; nil without one. The issuer is not spoken to before somebody does.
func (f oidcFlags) connect(link string) *dashboard.OIDC {
	if f.Issuer == "" {
		return nil
	}
	return dashboard.NewOIDC(dashboard.OIDCConfig{
		Issuer: f.Issuer, ClientID: f.ClientID, Secret: f.secret(), Name: f.Name, GroupsClaim: f.GroupsClaim, BaseURL: link, Now: clock,
	})
}

// groupFlags are what the issuer's groups give: a role in a project, or everything.
type groupFlags []service.GroupRule

// UnmarshalText adds the entries of a flag or of the environment; several are separated by semicolons. The name of a
// group may hold = and :, as those of directories do.
func (g *groupFlags) UnmarshalText(text []byte) error {
	for entry := range strings.SplitSeq(string(text), ";") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		one, err := groupOf(entry)
		if err != nil {
			return fmt.Errorf("%q: write GROUP=PROJECT:ROLE with a role of viewer, developer, lead or owner, or GROUP=admin", entry)
		}
		*g = append(*g, one)
	}
	return nil
}

func groupOf(entry string) (service.GroupRule, error) {
	at := strings.LastIndexByte(entry, '=')
	if at < 1 {
		return service.GroupRule{}, errors.New("no group")
	}
	name, gives := entry[:at], entry[at+1:]
	if gives == "admin" {
		return service.GroupRule{Group: name, Admin: true}, nil
	}
	project, word, _ := strings.Cut(gives, ":")
	role, err := faas.RoleByName(word)
	return service.GroupRule{Group: name, Project: project, Role: role}, errors.Join(err, faas.CheckName("project", project))
}
