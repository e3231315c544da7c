package dashboard

import (
	"cmp"
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// settingsHome leads to one's own account.
func (d *Dashboard) settingsHome(w http.ResponseWriter, _ *http.Request, _ faas.Actor) error {
	return web.SeeOther(w, views.AccountURL())
}

func (d *Dashboard) accountPage(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	return d.showAccount(w, r, "", nil)
}

// passwordChange changes one's own password. Every other session ends, and this one gets another cookie.
func (d *Dashboard) passwordChange(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = d.service.ChangePassword(r.Context(), who, faas.Secret(values.Get("old")), faas.Secret(values.Get("password")))
	if err != nil && !inForm(err) && !faas.Is(err, faas.Exhausted) {
		return err
	}
	if err != nil {
		web.RetryAfter(w, err)
		return d.showAccount(w, r, "", err)
	}
	if err := d.sessions.Begin(w, r, entryOf(r).identity.Person); err != nil {
		return err
	}
	return d.showAccount(w, r, "The password is changed. Your other sessions have ended.", nil)
}

func (d *Dashboard) showAccount(w http.ResponseWriter, r *http.Request, notice string, problem error) error {
	page, err := d.page(r.Context(), r)
	if err != nil {
		return err
	}
	page.Notice = cmp.Or(notice, page.Notice)
	props := views.AccountProps{Page: page, Person: entryOf(r).identity.Person, Err: problem}
	return web.Render(w, r, statusOf(problem), views.Account(props))
}
