package dashboard

import (
	"net/http"
	"net/url"

	"verso/faas"
	"verso/views"
	"verso/web"
)

func (d *Dashboard) functionNew(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	if _, err := d.project(r); err != nil {
		return err
	}
	return d.showFunctionForm(w, r, views.FunctionFormProps{})
}

func (d *Dashboard) functionCreate(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	return d.storeFunction(w, r, faas.Function{}, func(in faas.FunctionInput) error {
		_, err := d.service.CreateFunction(r.Context(), who, in)
		return err
	})
}

func (d *Dashboard) functionEdit(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	return d.showFunctionForm(w, r, views.FunctionFormProps{Function: f, Form: views.FunctionFormOf(f)})
}

func (d *Dashboard) functionSave(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	return d.storeFunction(w, r, f, func(in faas.FunctionInput) error {
		_, err := d.service.EditFunction(r.Context(), who, f.ID, in)
		return err
	})
}

// storeFunction reads the form and hands it to a verb; a problem brings the form back. f is the function to be edited,
// zero for a new one.
func (d *Dashboard) storeFunction(w http.ResponseWriter, r *http.Request, f faas.Function, verb func(faas.FunctionInput) error) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	form := functionForm(values)
	in, err := d.functionInput(form)
	if err == nil {
		err = verb(in)
	}
	if inForm(err) {
		return d.showFunctionForm(w, r, views.FunctionFormProps{Function: f, Form: form, Err: err})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, views.FunctionURL(projectName(r), in.Name))
}

func (d *Dashboard) functionConfirmDelete(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	return d.showDelete(w, r, who, views.FunctionDeleteProps{Function: f, Key: newKey()})
}

func (d *Dashboard) functionDelete(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	f, err := d.place(r, who)
	if err != nil {
		return err
	}
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	op, err := d.service.DeleteFunction(r.Context(), who, f.ID, values.Get("key"))
	if inForm(err) {
		return d.showDelete(w, r, who, views.FunctionDeleteProps{Function: f, Key: usableKey(values.Get("key")), Err: err})
	}
	if err != nil {
		return err
	}
	return web.Redirect(w, r, views.OperationURL(op.ID))
}

func (d *Dashboard) showFunctionForm(w http.ResponseWriter, r *http.Request, props views.FunctionFormProps) (err error) {
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	props.Limits = d.service.Limits()
	page := views.FunctionNew(props)
	if props.Function.ID != "" {
		page = views.FunctionEdit(props)
	}
	return web.Render(w, r, statusOf(props.Err), page)
}

func (d *Dashboard) showDelete(w http.ResponseWriter, r *http.Request, who faas.Actor, props views.FunctionDeleteProps) (err error) {
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	if props.Tags, err = d.service.Tags(r.Context(), who, props.Function); err != nil {
		return err
	}
	return web.Render(w, r, statusOf(props.Err), views.FunctionDelete(props))
}

func functionForm(values url.Values) views.FunctionForm {
	return views.FunctionForm{
		Name: values.Get("name"), Description: lines(values.Get("description")), Labels: lines(values.Get("labels")),
	}
}

// functionInput is what the form means; the error is every problem with it.
func (d *Dashboard) functionInput(form views.FunctionForm) (faas.FunctionInput, error) {
	var p faas.Problems
	labels, err := faas.LabelsOf(form.Labels)
	p.Merge(err)
	in := faas.FunctionInput{Name: form.Name, Description: form.Description, Labels: labels}
	p.Merge(d.service.CheckFunction(in))
	return in, p.Err()
}
