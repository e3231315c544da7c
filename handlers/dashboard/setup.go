package dashboard

import (
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// setupPage is where the link leads that the server prints at its first start.
func (d *Dashboard) setupPage(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	key := r.URL.Query().Get("key")
	if err := d.service.CheckSetup(r.Context(), faas.Secret(key)); err != nil {
		return err
	}
	return d.showSetup(w, r, views.SetupProps{Key: key})
}

// setupFinish makes the first administrator and signs them in.
func (d *Dashboard) setupFinish(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if err := d.limits.Take(web.RateKey(r, faas.Identity{})); err != nil {
		return err
	}
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	key, name := values.Get("key"), values.Get("name")
	p, err := d.service.FinishSetup(r.Context(), who, faas.Secret(key), name, faas.Secret(values.Get("password")))
	if err == nil {
		return d.signedIn(w, r, p, "")
	}
	if !inForm(err) {
		return err
	}
	return d.showSetup(w, r, views.SetupProps{Key: key, Name: name, Err: err})
}

func (d *Dashboard) showSetup(w http.ResponseWriter, r *http.Request, props views.SetupProps) error {
	props.Page = d.frame(r)
	props.Page.Path = views.SetupURL("") // the key is in nothing that a page shows but the form's hidden field
	return web.Render(w, r, statusOf(props.Err), views.Setup(props))
}
