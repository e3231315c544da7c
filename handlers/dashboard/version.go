package dashboard

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"

	"verso/faas"
	"verso/views"
	"verso/web"
)

func (d *Dashboard) versionList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	props := views.VersionListProps{Function: f, Filter: faas.VersionFilter{
		FunctionID: f.ID, Text: q.Get("q"), Tag: q.Get("tag"), Runtime: q.Get("runtime"), Author: q.Get("author"),
		Source: faas.OriginKind(q.Get("source")), Status: faas.VersionStatus(q.Get("status")),
		Oldest: q.Get("order") == "oldest", Page: pageOf(q),
	}}
	if err := d.fillVersions(r.Context(), who, &props); err != nil {
		return err
	}

	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	if web.IsFragment(w, r) {
		return web.Render(w, r, http.StatusOK, views.VersionListResults(props))
	}
	return web.Render(w, r, http.StatusOK, views.VersionList(props))
}

// fillVersions reads the rows. Versions that are being made, or could not be made, are operations.
func (d *Dashboard) fillVersions(ctx context.Context, who faas.Actor, props *views.VersionListProps) (err error) {
	f := props.Filter
	switch f.Status {
	case views.StatusCreating:
		props.Operations, err = d.service.Operations(ctx, who, faas.OperationFilter{
			FunctionID: f.FunctionID, Kind: faas.CreateVersion, States: []faas.OperationState{faas.Queued, faas.Running}, Page: f.Page,
		})
	case views.StatusFailed:
		props.Operations, err = d.service.Operations(ctx, who, faas.OperationFilter{
			FunctionID: f.FunctionID, Kind: faas.CreateVersion, States: []faas.OperationState{faas.Failed}, Page: f.Page,
		})
	default:
		props.List, err = d.service.Versions(ctx, who, props.Function, f)
	}
	return err
}

func (d *Dashboard) versionPage(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, v, err := d.version(r, who)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	props := views.VersionProps{Function: f, Version: v, Folder: q.Get("folder"), After: q.Get("after")}
	if props.Tags, err = d.tagsOf(r.Context(), who, f, v); err != nil {
		return err
	}
	if props.Activity, err = d.service.ActivityOf(r.Context(), who, v.ID); err != nil {
		return err
	}
	m, err := d.service.Manifest(r.Context(), who, v)
	if err != nil {
		// The rest of the page is still worth having; the page says that the files could not be read.
		d.log.ErrorContext(r.Context(), "read a manifest", "request", web.RequestIDFrom(r.Context()), "version", v.ID, "error", err)
	} else {
		props.Manifest = &m
	}

	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.VersionPage(props))
}

// packageDownload sends the zip. Its bytes were compared with the hash before the first one is sent.
func (d *Dashboard) packageDownload(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, v, err := d.version(r, who)
	if err != nil {
		return err
	}
	zip, err := d.service.OpenPackage(r.Context(), who, v)
	if err != nil {
		return err
	}
	defer func() { _ = zip.Close() }() // only read from

	web.Attachment(w, fmt.Sprintf("%s-%d.zip", f.Name, v.Number), "application/zip")
	w.Header().Set("ETag", `"`+v.Package.SHA256+`"`)
	web.Parts(w, r, io.NewSectionReader(zip, 0, zip.Size()))
	return nil
}

// version finds the version that the path names.
func (d *Dashboard) version(r *http.Request, who faas.Actor) (faas.Function, faas.Version, error) {
	f, err := d.place(r, who)
	if err != nil {
		return f, faas.Version{}, err
	}
	v, err := d.service.Version(r.Context(), who, f, numberOf(r))
	return f, v, named(err, "%s has no version #%s.", f.Name, r.PathValue("n"))
}

// tagsOf lists the tags that a version holds now.
func (d *Dashboard) tagsOf(ctx context.Context, who faas.Actor, f faas.Function, v faas.Version) ([]string, error) {
	tags, err := d.service.Tags(ctx, who, f)
	var names []string
	for _, t := range tags {
		if t.VersionID == v.ID {
			names = append(names, t.Name)
		}
	}
	slices.SortFunc(names, faas.CompareTags)
	return names, err
}
