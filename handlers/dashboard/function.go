package dashboard

import (
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

func (d *Dashboard) functionList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if _, err := d.project(r); err != nil {
		return err
	}
	q := r.URL.Query()
	filter := faas.FunctionFilter{
		Text: q.Get("q"), Tag: q.Get("tag"), Runtime: q.Get("runtime"), Author: q.Get("author"),
		Status: faas.FunctionStatus(q.Get("status")), Sort: faas.FunctionSort(q.Get("sort")), Page: pageOf(q),
	}
	list, err := d.service.Functions(r.Context(), who, filter)
	if err != nil {
		return err
	}

	page, err := d.page(r.Context(), r)
	if err != nil {
		return err
	}
	props := views.FunctionListProps{Page: page, Filter: filter, List: list}
	if web.IsFragment(w, r) {
		return web.Render(w, r, http.StatusOK, views.FunctionListResults(props))
	}
	return web.Render(w, r, http.StatusOK, views.FunctionList(props))
}

// recent is how many versions a function's page shows.
const recent = 10

func (d *Dashboard) functionPage(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	props := views.FunctionProps{Function: f}
	if props.Tags, err = d.service.Tags(r.Context(), who, f); err != nil {
		return err
	}
	versions, err := d.service.Versions(r.Context(), who, f, faas.VersionFilter{Page: faas.Page{Size: recent}})
	if err != nil {
		return err
	}
	running, err := d.service.Operations(r.Context(), who, faas.OperationFilter{
		FunctionID: f.ID, States: []faas.OperationState{faas.Queued, faas.Running}, Page: faas.Page{Size: recent},
	})
	if err != nil {
		return err
	}

	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	props.Versions, props.Running = versions.Items, running.Items
	if props.Activity, err = d.recentActivity(r.Context(), who, f.ID); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.FunctionPage(props))
}
