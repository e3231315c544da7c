package db_test

import (
	"time"

	"verso/db/dbtest"
	"verso/faas"
)

// readEveryPerson reads and changes what there is about people, in every way; the tables are full.
func (w *world) readEveryPerson(f faas.Function) {
	w.t.Helper()
	first, second := dbtest.FilledPerson(0), dbtest.FilledPerson(7)
	for _, size := range []int{1, 50, 200} {
		for _, page := range []faas.Page{{Size: size}, {Size: size, Last: true}} {
			people, err := w.People(w.ctx, faas.PersonFilter{Page: page})
			w.must(err)
			members, err := w.Members(w.ctx, faas.MemberFilter{ProjectID: w.project, Page: page})
			w.must(err)
			if len(people.Items) != size || len(members.Items) != size {
				w.t.Errorf("pages of %d and %d, want %d", len(people.Items), len(members.Items), size)
			}
			for _, person := range []string{"", first} {
				_, err = w.Tokens(w.ctx, faas.TokenFilter{ProjectID: w.project, PersonID: person, Page: page})
				w.must(err)
				_, err = w.AccessKeys(w.ctx, faas.TokenFilter{ProjectID: w.project, PersonID: person, Page: page})
				w.must(err)
			}
		}
	}
	w.readEveryLine(f)
	w.useEverySecret(first, second)
}

// readEveryLine reads the record by every filter, from both ends and from a key between them.
func (w *world) readEveryLine(f faas.Function) {
	w.t.Helper()
	for _, filter := range auditFilters(f.ID) {
		for _, page := range []faas.Page{{}, {Last: true}} {
			filter.ProjectID, filter.Page = w.project, page
			list, err := w.Audits(w.ctx, filter)
			w.must(err)
			for _, filter.Page = range []faas.Page{{After: list.Next}, {Before: list.Prev}} {
				_, err = w.Audits(w.ctx, filter)
				w.must(err)
			}
		}
	}
	_, err := w.AuditsOf(w.ctx, w.project, f.ID)
	w.must(err)
}

// auditFilters are all shapes of a filter.
func auditFilters(functionID string) []faas.AuditFilter {
	var list []faas.AuditFilter
	for _, actor := range []string{"", dbtest.RareAuthor} {
		for _, kind := range []faas.AuditKind{"", dbtest.RareKind} {
			for _, function := range []string{"", functionID} {
				for _, from := range []time.Time{{}, time.Unix(1_700_010_000, 0)} {
					for _, until := range []time.Time{{}, time.Unix(1_700_040_000, 0)} {
						list = append(list, faas.AuditFilter{Actor: actor, Kind: kind, FunctionID: function, From: from, Until: until})
					}
				}
			}
		}
	}
	return list
}

// useEverySecret signs people in and out, and does what else looks for a row.
func (w *world) useEverySecret(first, second string) {
	w.t.Helper()
	line := w.audit("test")
	line.ID = ""
	w.must(w.AddPerson(w.ctx, faas.Person{ID: id(), Name: "issued", Issuer: "i", Subject: "s"}, "", line))
	_, err := w.PersonBySubject(w.ctx, "i", "s")
	w.must(err)
	p, err := w.PersonByID(w.ctx, first)
	w.must(err)
	_, err = w.PersonByName(w.ctx, p.Name)
	w.must(err)
	_, err = w.PasswordOf(w.ctx, first)
	w.must(err)
	w.must(w.SetPassword(w.ctx, first, "h", "", line))
	w.must(w.RenewPassword(w.ctx, first, "h", "h2"))
	p.Disabled = true
	w.must(w.SetPerson(w.ctx, p, line))
	p.Disabled = false
	w.must(w.SetPerson(w.ctx, p, line))
	_, err = w.OfferSetup(w.ctx, hash("x"), now())
	w.must(err)
	w.wantKind(w.CheckSetup(w.ctx, hash("x"), now()), faas.NotFound)
	_, err = w.TakeTry(w.ctx, []faas.Try{{Key: hash("x"), Limit: 1, Window: time.Minute}}, now())
	w.must(err)
	w.must(w.GiveBack(w.ctx, []string{hash("x")}, []string{hash("y")}))

	s := faas.Session{ID: id(), PersonID: first, CreatedAt: now(), SeenAt: now(), ExpiresAt: now().Add(time.Hour)}
	w.must(w.AddSession(w.ctx, s, hash("s"), "", line))
	_, err = w.IdentityBySession(w.ctx, hash("s"))
	w.must(err)
	w.must(w.SeeSession(w.ctx, s.ID, now()))
	_, err = w.Sessions(w.ctx, first)
	w.must(err)
	w.must(w.EndSession(w.ctx, first, s.ID, line))
	_, err = w.EndSessions(w.ctx, first, "", line)
	w.must(err)

	w.must(w.AddToken(w.ctx, faas.Token{ID: "a", ProjectID: w.project, PersonID: second, Role: faas.Viewer}, hash("t"), line))
	w.must(w.AddAccessKey(w.ctx, faas.AccessKey{Token: faas.Token{ID: "b", ProjectID: w.project, PersonID: second, Role: faas.Viewer}, Secret: "s"}, line))
	_, _, err = w.IdentityByToken(w.ctx, "a")
	w.must(err)
	_, _, err = w.IdentityByAccessKey(w.ctx, "b")
	w.must(err)
	w.must(w.SeeToken(w.ctx, "a", now()))
	w.must(w.RevokeToken(w.ctx, w.project, second, "a", now(), line))
	w.must(w.RevokeToken(w.ctx, w.project, "", "a", now(), line))

	m := faas.Member{ProjectID: w.project, PersonID: second, Role: faas.Owner, AddedAt: now()}
	w.must(w.SetMember(w.ctx, m, line))
	w.must(w.RemoveMember(w.ctx, w.project, second, line))
	_, err = w.MemberByID(w.ctx, w.project, first)
	w.must(err)
	_, err = w.Memberships(w.ctx, first)
	w.must(err)
	w.must(w.SetFederated(w.ctx, p, []faas.Member{m}, line))
	w.must(w.ProtectTags(w.ctx, w.project, []string{"prod"}, line))
	w.must(w.UseSecretKey(w.ctx, "aaaaaaaa", now(), line))
	w.must(w.EachSealed(w.ctx, func(row faas.SealedRow) error {
		_, err := w.Reseal(w.ctx, row, row.Values)
		return err
	}))
	_, err = w.Expire(w.ctx, now())
	w.must(err)
}
