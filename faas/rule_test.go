package faas_test

import (
	"testing"

	"verso/faas"
)

// The whole table, once more and by hand: who may do what. A change of the rules has to be made here too.
func TestS36TheTableOfRightsIsTheIntendedOne(t *testing.T) {
	want := map[faas.Right]string{ // who: a anybody, s signed in, v viewer, d developer, l lead, o owner, i administrator
		faas.RightVisit: "a", faas.RightAccount: "s",
		faas.RightRead: "v", faas.RightDownload: "v", faas.RightReadActivity: "v", faas.RightReadMembers: "v", faas.RightOwnTokens: "v",
		faas.RightCreateFunction: "d", faas.RightEditFunction: "d", faas.RightCreateVersion: "d", faas.RightMoveTag: "d",
		faas.RightCancelOperation: "d", faas.RightReveal: "d",
		faas.RightMoveProtectedTag: "l", faas.RightDeleteFunction: "l", faas.RightManageTokens: "l",
		faas.RightChangeMembers: "o", faas.RightChangeProject: "o",
		faas.RightReadPeople: "i", faas.RightChangePeople: "i", faas.RightCreateProject: "i", faas.RightReadInstallation: "i",
	}
	actors := map[string]faas.Actor{
		"a": {}, "s": {ID: "p"}, "v": {ID: "p", ProjectID: "x", Role: faas.Viewer}, "d": {ID: "p", ProjectID: "x", Role: faas.Developer},
		"l": {ID: "p", ProjectID: "x", Role: faas.Lead}, "o": {ID: "p", ProjectID: "x", Role: faas.Owner}, "i": {ID: "p", Admin: true, ProjectID: "x", Role: faas.Owner},
	}
	const ladder = "asvdloi"
	for _, rule := range faas.Rules() {
		least, known := want[rule.Right]
		if !known {
			t.Errorf("nobody has thought about the right %s", rule.Right)
			continue
		}
		for i, who := range ladder {
			may := i >= indexOf(ladder, rune(least[0]))
			err := actors[string(who)].Need(rule.Right)
			if (err == nil) != may {
				t.Errorf("%s for %c: %v", rule.Right, who, err)
			}
			if err != nil && who == 'a' && !faas.Is(err, faas.Unauthenticated) || err != nil && who != 'a' && faas.DeniedOf(err) != rule.Right {
				t.Errorf("%s for %c is refused as %v", rule.Right, who, err)
			}
		}
	}
	if len(want) != len(faas.Rules()) {
		t.Errorf("%d rules, %d expected", len(faas.Rules()), len(want))
	}
}

func indexOf(ladder string, who rune) int {
	for i, c := range ladder {
		if c == who {
			return i
		}
	}
	return -1
}

func TestS36AnUnknownRightIsNobodys(t *testing.T) {
	admin := faas.Actor{ID: "p", Admin: true, ProjectID: "x", Role: faas.Owner}
	if err := admin.Need("no.such"); !faas.Is(err, faas.Forbidden) {
		t.Errorf("an unknown right: %v", err)
	}
	if err := (faas.Actor{}).Need("no.such"); !faas.Is(err, faas.Unauthenticated) {
		t.Errorf("an unknown right for nobody: %v", err)
	}
}

func TestS38TokensAreNarrow(t *testing.T) {
	for _, rule := range faas.Rules() {
		if rule.Scope == faas.Everybody {
			continue
		}
		owner := faas.Actor{ID: "p", Admin: true, ProjectID: "x", Role: faas.Owner, TokenID: "t"}
		if err := owner.Need(rule.Right); (err == nil) != rule.Tokens {
			t.Errorf("%s by a token: %v", rule.Right, err)
		}
		owner.ReadOnly = true
		if err := owner.Need(rule.Right); (err == nil) != (rule.Tokens && rule.Reads) {
			t.Errorf("%s by a token that only reads: %v", rule.Right, err)
		}
	}
}

func TestS38ATokenHasAtMostItsPersonsRole(t *testing.T) {
	member := []faas.Member{{ProjectID: "x", Role: faas.Developer}}
	tests := map[string]struct {
		who  faas.Identity
		want faas.Role
	}{
		"session":                        {faas.Identity{Members: member}, faas.Developer},
		"administrator":                  {faas.Identity{Person: faas.Person{Admin: true}}, faas.Owner},
		"stranger":                       {faas.Identity{}, faas.NoRole},
		"narrow token":                   {faas.Identity{Members: member, Token: faas.Token{ID: "t", ProjectID: "x", Role: faas.Viewer}}, faas.Viewer},
		"token above its person":         {faas.Identity{Members: member, Token: faas.Token{ID: "t", ProjectID: "x", Role: faas.Owner}}, faas.Developer},
		"token of another project":       {faas.Identity{Members: member, Token: faas.Token{ID: "t", ProjectID: "y", Role: faas.Owner}}, faas.NoRole},
		"token of who left":              {faas.Identity{Token: faas.Token{ID: "t", ProjectID: "x", Role: faas.Owner}}, faas.NoRole},
		"administrator's token":          {faas.Identity{Person: faas.Person{Admin: true}, Token: faas.Token{ID: "t", ProjectID: "x", Role: faas.Lead}}, faas.Lead},
		"administrator's, other project": {faas.Identity{Person: faas.Person{Admin: true}, Token: faas.Token{ID: "t", ProjectID: "y", Role: faas.Lead}}, faas.NoRole},
	}
	for name, test := range tests {
		if got := test.who.RoleIn("x"); got != test.want {
			t.Errorf("%s: %s instead of %s", name, got, test.want)
		}
		if a := test.who.Actor("x"); a.Role != test.want || (a.Admin && a.TokenID != "") {
			t.Errorf("%s: actor %+v", name, a)
		}
	}
}
