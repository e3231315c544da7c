package dashboard

import (
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

func (d *Dashboard) personList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	return d.showPeople(w, r, who, views.PersonListProps{At: pageOf(r.URL.Query())})
}

func (d *Dashboard) personAdd(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	form := views.PersonForm{Name: values.Get("name"), Admin: values.Get("admin") == "1"}
	p, err := d.service.AddPerson(r.Context(), who, form.Name, faas.Secret(values.Get("password")), form.Admin)
	if err == nil {
		return redirectDone(w, r, views.PersonURL(p.Name), views.DonePersonAdded)
	}
	if !inForm(err) {
		return err
	}
	return d.showPeople(w, r, who, views.PersonListProps{Form: form, Err: err})
}

func (d *Dashboard) showPeople(w http.ResponseWriter, r *http.Request, who faas.Actor, props views.PersonListProps) (err error) {
	if props.List, err = d.service.People(r.Context(), who, faas.PersonFilter{Page: props.At}); err != nil {
		return err
	}
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	return web.Render(w, r, statusOf(props.Err), views.PersonList(props))
}

func (d *Dashboard) personPage(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	return d.showPerson(w, r, who, nil)
}

func (d *Dashboard) personDisable(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	return d.setDisabled(w, r, who, true)
}

func (d *Dashboard) personEnable(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	return d.setDisabled(w, r, who, false)
}

func (d *Dashboard) setDisabled(w http.ResponseWriter, r *http.Request, who faas.Actor, disabled bool) error {
	done := views.DonePersonEnabled
	if disabled {
		done = views.DonePersonDisabled
	}
	_, err := d.service.DisablePerson(r.Context(), who, r.PathValue("person"), disabled)
	return d.personChanged(w, r, who, done, err)
}

func (d *Dashboard) personAdmin(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	return d.setAdmin(w, r, who, true)
}

func (d *Dashboard) personNoAdmin(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	return d.setAdmin(w, r, who, false)
}

// setAdmin leads who took it from themselves to what is left to them.
func (d *Dashboard) setAdmin(w http.ResponseWriter, r *http.Request, who faas.Actor, admin bool) error {
	p, err := d.service.SetAdmin(r.Context(), who, r.PathValue("person"), admin)
	done := views.DonePersonNoAdmin
	switch {
	case err == nil && !admin && p.ID == who.ID:
		return redirectDone(w, r, views.AccountURL(), views.DoneOwnNoAdmin)
	case admin:
		done = views.DonePersonAdmin
	}
	return d.personChanged(w, r, who, done, err)
}

func (d *Dashboard) personPassword(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = d.service.SetPassword(r.Context(), who, r.PathValue("person"), faas.Secret(values.Get("password")))
	return d.personChanged(w, r, who, views.DonePersonPassword, err)
}

func (d *Dashboard) personEndSessions(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	_, err := d.service.EndSessionsOf(r.Context(), who, r.PathValue("person"))
	return d.personChanged(w, r, who, views.DonePersonSessions, err)
}

// personChanged leads back to the person's page and says there what was done, or shows there what was wrong.
func (d *Dashboard) personChanged(w http.ResponseWriter, r *http.Request, who faas.Actor, done views.Done, err error) error {
	switch {
	case err == nil:
		return redirectDone(w, r, views.PersonURL(r.PathValue("person")), done)
	case inForm(err):
		return d.showPerson(w, r, who, err)
	}
	return named(err, "There is no person %s.", r.PathValue("person"))
}

func (d *Dashboard) showPerson(w http.ResponseWriter, r *http.Request, who faas.Actor, problem error) error {
	asked := r.PathValue("person")
	p, err := d.service.Person(r.Context(), who, asked)
	if err != nil {
		return named(err, "There is no person %s.", asked)
	}
	props := views.PersonProps{Person: p, Own: p.ID == who.ID, Err: problem}
	if props.Sessions, err = d.service.SessionsOf(r.Context(), who, p.Name); err != nil {
		return err
	}
	if props.Members, err = d.service.MembershipsOf(r.Context(), who, p.Name); err != nil {
		return err
	}
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	return web.Render(w, r, statusOf(problem), views.PersonPage(props))
}
