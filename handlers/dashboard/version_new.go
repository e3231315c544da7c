package dashboard

import (
	"net/http"
	"net/url"

	"verso/faas"
	"verso/service"
	"verso/views"
	"verso/web"
)

// versionNew shows the form for a new version, filled from the version that ?from= names, from the newest one, or from
// the order of the failed operation that ?retry= names.
func (d *Dashboard) versionNew(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	if q.Get("source") == string(faas.FromCopy) && !q.Has("copy") && !q.Has("copy_function") {
		q.Set("copy", q.Get("from")) // a link to the form that names one version means that one
	}
	draft, err := d.draft(r.Context(), who, f, q)
	if err != nil {
		return err
	}
	if err := d.beginElsewhere(r.Context(), who, &draft, numberIn(q, "from")); err != nil {
		return err
	}
	draft.form = draft.prefilled(d.service.Limits())
	return d.showVersionForm(w, r, who, draft, nil)
}

// versionCreate takes the form. Values that come before the file are checked before it is read: the page's script sends
// the file last. Without script the file comes first; it is then kept while the rest is corrected.
func (d *Dashboard) versionCreate(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	sent, err := d.receiveForm(w, r, who, f)
	if sent != nil && sent.pkg != nil {
		defer func() { _ = sent.pkg.Close() }() // what was kept of it is durable; this removes the spool
	}
	if err != nil {
		return err
	}
	if sent.problem == nil && !sent.more {
		op, err := d.service.CreateVersion(r.Context(), who, sent.input)
		if err == nil {
			return d.showStarted(w, r, who, op)
		}
		sent.problem = err
	}
	if sent.problem != nil && !inForm(sent.problem) {
		return sent.problem
	}
	if err := d.keepUpload(r, who, sent); err != nil {
		return err
	}
	return d.showVersionForm(w, r, who, sent.draft, sent.problem)
}

// showStarted answers a creation: htmx gets the operation's card, a plain browser is led to its page.
func (d *Dashboard) showStarted(w http.ResponseWriter, r *http.Request, who faas.Actor, op faas.Operation) error {
	if !web.IsFragment(w, r) {
		return web.SeeOther(w, views.OperationURL(op.ID))
	}
	props, err := d.operationProps(r, who, op)
	if err != nil {
		return err
	}
	web.PushURL(w, views.OperationURL(op.ID))
	return web.Render(w, r, http.StatusOK, views.OperationCard(props))
}

// keepUpload keeps a sound file that came with a form that has to be corrected.
func (d *Dashboard) keepUpload(r *http.Request, who faas.Actor, sent *sentForm) error {
	if sent.pkg == nil {
		return nil
	}
	kept, err := d.service.KeepUpload(r.Context(), who, sent.pkg)
	if err != nil {
		return err
	}
	sent.draft.kept, sent.draft.form.Upload = &kept, kept.ID
	return nil
}

// objectCheck looks at the bucket object that the form names. htmx gets the report alone; without script the whole
// form comes back with it.
func (d *Dashboard) objectCheck(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	values, err := d.readValues(r)
	if err != nil {
		return err
	}
	draft, err := d.draft(r.Context(), who, f, values)
	if err != nil {
		return err
	}
	draft.form, draft.rows = versionForm(values), variables(values)
	info, err := d.service.CheckObject(r.Context(), who, draft.form.Bucket, draft.form.Object)
	switch {
	case err == nil:
		draft.object, draft.form.ETag = &info, info.ETag
	case len(faas.ProblemsOf(err)) > 0 && faas.KindOf(err) != faas.Internal:
		draft.objectErr, draft.form.ETag = err, ""
	default:
		return err
	}
	if web.IsFragment(w, r) {
		props, err := d.versionProps(r, who, draft, nil)
		if err != nil {
			return err
		}
		return web.Render(w, r, http.StatusOK, views.ObjectReport(props))
	}
	return d.showVersionForm(w, r, who, draft, nil)
}

// readValues reads a form of either encoding whose file, if there is one, does not matter.
func (d *Dashboard) readValues(r *http.Request) (url.Values, error) {
	m, err := web.ReadMultipart(r, d.bodyLimit())
	if err != nil {
		return web.ReadForm(r)
	}
	err = m.Rest()
	return m.Values(), err
}

// bodyLimit is the largest form: a package and the values around it.
func (d *Dashboard) bodyLimit() int64 { return d.service.Limits().UploadBytes + faas.MiB }

// showVersionForm renders the form; for htmx only its inside.
func (d *Dashboard) showVersionForm(w http.ResponseWriter, r *http.Request, who faas.Actor, draft draft, problem error) error {
	if failed := d.recordDenial(r, who, problem); failed != nil {
		return failed
	}
	props, err := d.versionProps(r, who, draft, problem)
	if err != nil {
		return err
	}
	if web.IsFragment(w, r) {
		return web.Render(w, r, statusOf(problem), views.VersionNewForm(props))
	}
	return web.Render(w, r, statusOf(problem), views.VersionNew(props))
}

// versionProps fills the form's page.
func (d *Dashboard) versionProps(r *http.Request, who faas.Actor, draft draft, problem error) (props views.VersionNewProps, err error) {
	props = views.VersionNewProps{
		Function: draft.function, Source: draft.source, Base: draft.base, BaseFunction: draft.baseOf,
		Form: draft.form, Limits: d.service.Limits(), Err: problem, Upload: draft.kept, Buckets: d.service.Buckets(),
		Object: draft.object, ObjectErr: draft.objectErr, Retry: draft.retry,
	}
	if draft.rows != nil {
		if props.Form.Environment, err = d.shownRows(r.Context(), who, draft); err != nil {
			return props, err
		}
	}
	props.Form.Key = usableKey(props.Form.Key)
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return props, err
	}
	props.Page.Notice = draft.notice
	if props.Tags, err = d.service.Tags(r.Context(), who, draft.function); err != nil {
		return props, err
	}
	if draft.source == faas.FromCopy {
		props.Copy, err = d.copyPicker(r.Context(), who, draft)
	}
	return props, err
}

// sentForm is a form for a new version as it came in.
type sentForm struct {
	draft
	scripted bool // the page's script sent it, which keeps what was chosen
	values   url.Values
	input    service.VersionInput
	pkg      *service.Package // the file, when there was one and it is sound
	problem  error            // every problem found so far
}
