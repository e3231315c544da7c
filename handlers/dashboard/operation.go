package dashboard

import (
	"context"
	"net/http"
	"slices"

	"verso/faas"
	"verso/views"
	"verso/web"
)

func (d *Dashboard) operationPage(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	props, err := d.operationProps(r, who, entryOf(r).operation)
	if err != nil {
		return err
	}
	if web.IsFragment(w, r) {
		return web.Render(w, r, http.StatusOK, views.OperationCard(props))
	}
	return web.Render(w, r, http.StatusOK, views.OperationPage(props))
}

func (d *Dashboard) operationCancel(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	asked := r.PathValue("op")
	op, err := d.service.CancelOperation(r.Context(), who, asked)
	if faas.Is(err, faas.Precondition) {
		// It may have ended while its page still showed the button: the page as it is now tells more than an error.
		if now, lookErr := d.service.Operation(r.Context(), who, asked); lookErr == nil && now.State.Done() {
			op, err = now, nil
		}
	}
	if err != nil {
		return named(err, "There is no operation %s.", asked)
	}
	return web.Redirect(w, r, views.OperationURL(op.ID))
}

func (d *Dashboard) operationList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if _, err := d.project(r); err != nil {
		return err
	}
	q := r.URL.Query()
	props := views.OperationListProps{Filter: faas.OperationFilter{Page: pageOf(q)}}
	if state := faas.OperationState(q.Get("state")); state != "" {
		props.Filter.States = []faas.OperationState{state}
	}
	var err error
	if props.List, err = d.service.Operations(r.Context(), who, props.Filter); err != nil {
		return err
	}

	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	if web.IsFragment(w, r) {
		return web.Render(w, r, http.StatusOK, views.OperationListResults(props))
	}
	return web.Render(w, r, http.StatusOK, views.OperationList(props))
}

// operationProps fills an operation's card: with the version's row once there is one. A card is asked for every second
// while something runs, so it reads no more than it shows.
func (d *Dashboard) operationProps(r *http.Request, who faas.Actor, op faas.Operation) (props views.OperationProps, err error) {
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return props, err
	}
	props.Operation = op
	if op.State == faas.Succeeded && op.Kind == faas.CreateVersion {
		props.Version, err = d.made(r.Context(), who, op)
	}
	return props, err
}

// made is the version that an operation made; nil when it is gone since.
func (d *Dashboard) made(ctx context.Context, who faas.Actor, op faas.Operation) (*faas.VersionRow, error) {
	v, err := d.service.VersionByID(ctx, who, op.VersionID)
	if faas.Is(err, faas.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	tags, err := d.tagsOf(ctx, who, faas.Function{ID: v.FunctionID, ProjectID: v.ProjectID}, v)
	slices.SortFunc(tags, faas.CompareTags)
	return &faas.VersionRow{
		ID: v.ID, Number: v.Number, Status: v.Status, Description: v.Description, Runtime: v.Settings.Runtime,
		Memory: v.Settings.Memory, Size: v.Package.Size, SHA256: v.Package.SHA256, Origin: v.Origin,
		Author: v.Author, Door: v.Door, CreatedAt: v.CreatedAt, Tags: tags,
	}, err
}
