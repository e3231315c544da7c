package main

import (
	"slices"
	"strings"
	"testing"

	"verso/faas"
	"verso/service"
)

func TestGroupsBecomeRoles(t *testing.T) {
	lead := service.GroupRule{Group: "cn=pay,ou=teams", Project: "billing-eu", Role: faas.Lead}
	p, err := parse(t, "--oidc-group", "cn=pay,ou=teams=billing-eu:lead", "--oidc-group=ops=admin")
	if got := p.Serve.OIDC.Group; err != nil || !slices.Equal(got, groupFlags{lead, {Group: "ops", Admin: true}}) {
		t.Errorf("from flags: %+v, error %v", got, err)
	}
	t.Setenv("VERSO_OIDC_GROUPS", "a:b=media-lab:viewer; ops=admin")
	p, err = parse(t)
	if got := p.Serve.OIDC.Group; err != nil || !slices.Equal(got, groupFlags{{Group: "a:b", Project: "media-lab", Role: faas.Viewer}, {Group: "ops", Admin: true}}) {
		t.Errorf("from the environment: %+v, error %v", got, err)
	}
	for _, text := range []string{"ops", "=admin", "ops=", "ops=root", "ops=media-lab", "ops=media-lab:boss", "ops=media-lab:none", "ops=Media Lab:viewer"} {
		if _, err := parse(t, "--oidc-group", text); err == nil || !strings.Contains(err.Error(), "GROUP=PROJECT:ROLE") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestS47TheClientSecretHasNoFlag(t *testing.T) {
	t.Setenv("VERSO_OIDC_CLIENT_SECRET", "canary")
	p, err := parse(t, "--oidc-issuer", "https://id.example", "--oidc-client-id", "verso")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Serve.OIDC.check(); err != nil || p.Serve.OIDC.secret() != "canary" {
		t.Errorf("the secret of the environment is not taken: %v", err)
	}
	if _, err := parse(t, "--oidc-client-secret", "canary"); err == nil || strings.Contains(err.Error(), "canary") {
		t.Errorf("a secret among the arguments: %v", err)
	}
	if out, _ := run(t, "serve", "--help"); strings.Contains(out, "canary") || !strings.Contains(out, "VERSO_OIDC_CLIENT_SECRET") {
		t.Errorf("the help is\n%s", out)
	}
}
