package dashboard

import (
	"context"
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

func (d *Dashboard) memberList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if _, err := d.project(r); err != nil {
		return err
	}
	return d.showMembers(w, r, who, views.MemberListProps{At: pageOf(r.URL.Query())})
}

func (d *Dashboard) memberAdd(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	form := views.MemberForm{Person: values.Get("person"), Role: values.Get("role")}
	return d.setMember(w, r, who, memberChange{d.service.AddMember, views.DoneMemberAdded, form, form})
}

// memberRole gives a member another role; it has no field for the name.
func (d *Dashboard) memberRole(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if _, err := d.service.Member(r.Context(), who, r.PathValue("person")); err != nil {
		return err
	}
	said := views.MemberForm{Person: r.PathValue("person"), Role: values.Get("role")}
	return d.setMember(w, r, who, memberChange{verb: d.service.SetMember, done: views.DoneRoleChanged, said: said})
}

// memberChange is what one of the two forms of members asks for.
type memberChange struct {
	verb  func(ctx context.Context, a faas.Actor, person string, role faas.Role) error
	done  views.Done
	said  views.MemberForm
	typed views.MemberForm // what the form that adds a member shows again when it was wrong
}

func (d *Dashboard) setMember(w http.ResponseWriter, r *http.Request, who faas.Actor, c memberChange) error {
	role, err := faas.RoleByName(c.said.Role)
	if err == nil {
		err = c.verb(r.Context(), who, c.said.Person, role)
	}
	if err == nil {
		return redirectDone(w, r, views.MembersURL(projectName(r)), c.done)
	}
	if !inForm(err) {
		return err
	}
	return d.showMembers(w, r, who, views.MemberListProps{Form: c.typed, Err: err})
}

func (d *Dashboard) showMembers(w http.ResponseWriter, r *http.Request, who faas.Actor, props views.MemberListProps) (err error) {
	if props.List, err = d.service.Members(r.Context(), who, props.At); err != nil {
		return err
	}
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	return web.Render(w, r, statusOf(props.Err), views.MemberList(props))
}

func (d *Dashboard) memberConfirmRemove(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if _, err := d.project(r); err != nil {
		return err
	}
	return d.showRemove(w, r, who, nil)
}

// memberRemove takes somebody out of the project; who takes out themselves is led to what is left to them.
func (d *Dashboard) memberRemove(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	asked := r.PathValue("person")
	err := d.service.RemoveMember(r.Context(), who, asked)
	switch {
	case err == nil && faas.PersonName(asked) == who.Name && !who.Admin:
		return redirectDone(w, r, views.ProjectsURL(), views.DoneProjectLeft)
	case err == nil:
		return redirectDone(w, r, views.MembersURL(projectName(r)), views.DoneMemberRemoved)
	case inForm(err):
		return d.showRemove(w, r, who, err)
	}
	return err
}

func (d *Dashboard) showRemove(w http.ResponseWriter, r *http.Request, who faas.Actor, problem error) error {
	m, err := d.service.Member(r.Context(), who, r.PathValue("person"))
	if err != nil {
		return err
	}
	page, err := d.page(r.Context(), r)
	if err != nil {
		return err
	}
	props := views.MemberRemoveProps{Page: page, Member: m, Own: m.PersonID == who.ID, Err: problem}
	return web.Render(w, r, statusOf(problem), views.MemberRemove(props))
}
