package dashboard

import (
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// revealForm asks for the password before a value of the environment is shown.
func (d *Dashboard) revealForm(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	props, err := d.revealProps(r, who)
	if err != nil {
		return err
	}
	return d.showReveal(w, r, props)
}

// revealValue shows the value in this answer and in no other.
func (d *Dashboard) revealValue(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	props, err := d.revealProps(r, who)
	if err != nil {
		return err
	}
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	props.Value, props.Err = d.service.Reveal(r.Context(), who, props.Version, props.Name, faas.Secret(values.Get("password")))
	if props.Err != nil && !inForm(props.Err) && !faas.Is(props.Err, faas.Exhausted) {
		return props.Err
	}
	if props.Err != nil {
		web.RetryAfter(w, props.Err)
		return d.showReveal(w, r, props)
	}
	props.Shown = true
	return d.showReveal(w, r, props)
}

func (d *Dashboard) showReveal(w http.ResponseWriter, r *http.Request, props views.RevealProps) (err error) {
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	return web.Render(w, r, statusOf(props.Err), views.Reveal(props))
}

// revealProps finds the variable that the path names.
func (d *Dashboard) revealProps(r *http.Request, who faas.Actor) (views.RevealProps, error) {
	f, v, err := d.version(r, who)
	if err != nil {
		return views.RevealProps{}, err
	}
	name := r.PathValue("name")
	if _, there := v.Settings.Environment[name]; !there {
		err = faas.Errorf(faas.NotFound, "%s #%d has no variable %s.", f.Name, v.Number, shortened(name))
	}
	return views.RevealProps{Function: f, Version: v, Name: name}, err
}
