package dashboard

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"verso/faas"
	"verso/views"
)

// draft is a version in the making: what its form shows and what it is based on.
type draft struct {
	function  faas.Function
	source    faas.OriginKind
	base      *faas.Version // whose settings the form began with; nil for a first version
	baseOf    string        // name of the base's function
	retry     string        // the failed operation whose order the form began with
	order     *faas.Order   // of that operation
	form      views.VersionForm
	rows      []faas.Variable // of the environment as they were sent; nil when nobody typed yet
	more      bool            // the form asks for more rows of them
	kept      *faas.Upload
	object    *faas.ObjectInfo
	objectErr error
	copied    *faas.Version // the version to be copied; it is the base then
	picking   string        // function whose versions the picker offers
	find      string        // the picker's search text
	notice    string        // a sentence above the form; empty for none
}

// draft reads source and base from a query or from the form that repeats them.
func (d *Dashboard) draft(ctx context.Context, who faas.Actor, f faas.Function, q url.Values) (draft, error) {
	t := draft{function: f, source: faas.OriginKind(q.Get("source")), find: q.Get("find"), picking: q.Get("copy_function"), more: q.Get("action") == "rows"}
	copying := numberIn(q, "copy")
	if err := d.again(ctx, who, &t, q.Get("retry")); err != nil {
		return t, err
	}
	if t.order != nil && t.source == "" { // the first look; later the form says all of it
		from := t.order.Origin
		t.source, t.picking, copying = from.Kind, from.CopiedFunction, from.CopiedNumber
	}
	if !slices.Contains(faas.OriginKinds(), t.source) {
		t.source = faas.FromUpload
	}
	if t.picking == "" {
		t.picking = f.Name
	}
	from := numberIn(q, "from")
	if from == 0 {
		from = f.LastNumber
	}
	if err := d.begin(ctx, who, &t, from); err != nil {
		return t, err
	}
	return t, d.choose(ctx, who, &t, copying)
}

// begin makes a version of the function the base, if it exists.
func (d *Dashboard) begin(ctx context.Context, who faas.Actor, t *draft, number int64) error {
	if number < 1 {
		return nil
	}
	base, err := d.service.Version(ctx, who, t.function, number)
	if faas.Is(err, faas.NotFound) {
		return nil
	}
	if err == nil {
		t.base, t.baseOf = &base, t.function.Name
	}
	return err
}

// beginElsewhere makes the newest version the base of a form whose address names one that does not exist, and says so.
// Only a form that nobody has filled yet may change its base: kept values of the environment are the base's.
func (d *Dashboard) beginElsewhere(ctx context.Context, who faas.Actor, t *draft, asked int64) error {
	if t.base != nil || asked == 0 {
		return nil
	}
	if err := d.begin(ctx, who, t, t.function.LastNumber); err != nil || t.base == nil || t.order != nil {
		return err
	}
	t.notice = fmt.Sprintf("There is no #%d; the form is filled from #%d.", asked, t.base.Number)
	return nil
}

// again finds the order of a failed operation of the same function.
func (d *Dashboard) again(ctx context.Context, who faas.Actor, t *draft, id string) error {
	if id == "" {
		return nil
	}
	op, err := d.service.Operation(ctx, who, id)
	if err != nil {
		return err
	}
	if op.FunctionID != t.function.ID || op.Kind != faas.CreateVersion {
		return faas.Errorf(faas.NotFound, "There is no such operation of %s.", t.function.Name)
	}
	t.retry, t.order = op.ID, &op.Order
	return nil
}

// choose finds the version to be copied; a number that does not exist is left for the verb to refuse.
func (d *Dashboard) choose(ctx context.Context, who faas.Actor, t *draft, number int64) error {
	if t.source != faas.FromCopy || number < 1 {
		return nil
	}
	f, err := d.service.Function(ctx, who, t.picking)
	if err == nil {
		var v faas.Version
		if v, err = d.service.Version(ctx, who, f, number); err == nil {
			t.copied, t.base, t.baseOf = &v, &v, f.Name
		}
	}
	if faas.Is(err, faas.NotFound) {
		return nil
	}
	return err
}

// prefilled is the form before anybody typed: a failed order, the base, or the least that there is.
func (t draft) prefilled(l faas.Limits) views.VersionForm {
	switch {
	case t.order != nil:
		form := views.VersionFormOf(t.order.Settings)
		form.Description = t.order.Description
		form.Bucket, form.Object, form.SHA256 = t.order.Origin.Bucket, t.order.Origin.Object, t.order.WantSHA256
		for _, tag := range t.order.Tags {
			form.Tags += tag + " "
		}
		return form
	case t.base != nil:
		return views.VersionFormOf(t.base.Settings)
	}
	return views.FirstVersionForm(l)
}

// baseID is whose values of the environment the rows mean that only say that they have one.
func (t draft) baseID() string {
	switch {
	case t.order != nil:
		return t.retry
	case t.base != nil:
		return t.base.ID
	}
	return ""
}

// offered is how many versions and functions the picker shows at once.
const offered = 20

// copyPicker fills the choice of the version to be copied.
func (d *Dashboard) copyPicker(ctx context.Context, who faas.Actor, t draft) (views.CopyPicker, error) {
	p := views.CopyPicker{Function: t.picking, Find: t.find, Chosen: t.copied}
	if t.copied != nil {
		p.ChosenOf = t.baseOf
	}
	near, err := d.service.Functions(ctx, who, faas.FunctionFilter{Page: faas.Page{Size: offered}})
	if err != nil {
		return p, err
	}
	for _, f := range near.Items {
		p.Functions = append(p.Functions, f.Name)
	}
	f, err := d.service.Function(ctx, who, t.picking)
	if faas.Is(err, faas.NotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	p.Function = f.Name
	found, err := d.service.Versions(ctx, who, f, faas.VersionFilter{Text: t.find, Page: faas.Page{Size: offered}})
	p.Found = found.Items
	return p, err
}
