package dashboard

import (
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// tagRemove takes a tag off the version that the form showed it on, and goes back to where the tags are asked about.
func (d *Dashboard) tagRemove(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	if err := d.service.RemoveTag(r.Context(), who, f, r.PathValue("tag"), numberIn(values, "number")); err != nil {
		return err
	}
	return web.Redirect(w, r, views.FunctionDeleteURL(projectName(r), f.Name))
}
