package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"verso/faas"
	"verso/service"
	"verso/views"
	"verso/views/ui"
	"verso/web"
)

// receiveForm reads the multipart form part by part. The error is for failures that end the request; what is wrong with
// the form itself is in the result's problem.
func (d *Dashboard) receiveForm(w http.ResponseWriter, r *http.Request, who faas.Actor, f faas.Function) (*sentForm, error) {
	m, err := web.ReadMultipart(r, d.bodyLimit())
	if err != nil {
		return nil, d.tooLarge(err)
	}
	file, err := m.File()
	if err != nil {
		return nil, err
	}
	sent := &sentForm{scripted: web.IsFragment(w, r)}
	var p faas.Problems
	if file != nil {
		if err := d.readFile(r.Context(), who, f, m, file, sent, &p); err != nil {
			return sent, err
		}
	}
	if err := m.Rest(); err != nil {
		if faas.Is(p.Err(), faas.TooLarge) {
			err = d.tooLarge(err) // the file was over its limit, and is now over the form's as well
		}
		return sent, err
	}
	sent.values = m.Values()
	var rest faas.Problems
	if err := d.understand(r.Context(), who, f, sent, &rest); err != nil {
		return sent, err
	}
	if len(p) == 0 {
		p.Merge(sent.missingFile(file, rest))
	}
	sent.problem = append(p, rest...).Err()
	return sent, nil
}

// tooLarge says what a form that is too large means: the file is, and how large it may be.
func (d *Dashboard) tooLarge(err error) error {
	if !faas.Is(err, faas.TooLarge) {
		return err
	}
	return &faas.Error{
		Kind: faas.TooLarge, Err: err,
		Message: "The package may have at most " + ui.Size(d.service.Limits().UploadBytes) + ". Choose a smaller file.",
	}
}

// missingFile is the problem of an upload without a package. A script keeps the file that was chosen and sends it
// again; everybody else has to be told that it is gone.
func (s *sentForm) missingFile(file *web.File, found faas.Problems) error {
	named := slices.ContainsFunc(found, func(e *faas.Error) bool { return e.Field == "package" })
	switch {
	case s.source != faas.FromUpload || s.pkg != nil || s.kept != nil || named || s.more:
		return nil
	case file == nil:
		return faas.Invalidf("package", "Choose the zip file to upload.")
	case !s.scripted:
		return faas.Invalidf("package", "The file was not kept; choose it again.")
	}
	return nil
}

// readFile receives the package, unless values that came before it are wrong already.
func (d *Dashboard) readFile(ctx context.Context, who faas.Actor, f faas.Function, m *web.Multipart, file *web.File, sent *sentForm, p *faas.Problems) error {
	if early := m.Values(); early.Has("runtime") {
		ahead := sentForm{values: early}
		var wrong faas.Problems
		if err := d.understand(ctx, who, f, &ahead, &wrong); err != nil || len(wrong) > 0 {
			return err
		}
	}
	pkg, err := d.service.Receive(ctx, who, file.Name, file)
	if err == nil {
		sent.pkg = pkg
		return nil
	}
	if !inForm(err) {
		return err
	}
	p.Merge(err)
	return nil
}

// understand turns the values into the form as it was typed and the input that it means, and notes every problem.
func (d *Dashboard) understand(ctx context.Context, who faas.Actor, f faas.Function, sent *sentForm, p *faas.Problems) error {
	var err error
	if sent.draft, err = d.draft(ctx, who, f, sent.values); err != nil {
		return err
	}
	sent.form, sent.rows = versionForm(sent.values), variables(sent.values)
	source, err := d.sourceOf(ctx, who, sent)
	if err != nil && !inForm(err) {
		return err
	}
	p.Merge(err)
	sent.input = service.VersionInput{
		Function: f, Description: sent.form.Description, Settings: settingsOf(sent.values),
		Environment: sent.rows, Base: sent.baseID(), Tags: faas.WordsOf(sent.form.Tags),
		Source: source, Key: sent.form.Key,
	}
	if !sent.more {
		p.Merge(d.service.CheckVersion(who, sent.input))
	}
	return nil
}

// sourceOf is where the form says that the package comes from.
func (d *Dashboard) sourceOf(ctx context.Context, who faas.Actor, sent *sentForm) (service.Source, error) {
	src := service.Source{
		Kind: sent.source, Upload: sent.pkg, Bucket: sent.form.Bucket, Object: sent.form.Object,
		ETag: sent.form.ETag, SHA256: sent.form.SHA256,
	}
	if sent.copied != nil {
		src.CopyOf = sent.copied.ID
	}
	if id := sent.form.Upload; src.Kind == faas.FromUpload && src.Upload == nil && id != "" {
		kept, err := d.service.Upload(ctx, who, id)
		if err != nil {
			return src, err
		}
		src.Kept, sent.kept = kept, &kept
	}
	return src, nil
}

// settingsOf reads the settings but the environment. A number that is none becomes zero, which is out of every range.
func settingsOf(values url.Values) faas.Settings {
	return faas.Settings{
		Runtime: values.Get("runtime"), Entrypoint: values.Get("entrypoint"),
		Memory:           wholeNumber(values.Get("memory")) * faas.MiB,
		Timeout:          time.Duration(wholeNumber(values.Get("timeout"))) * time.Second,
		ServiceAccountID: values.Get("service_account"),
		NetworkID:        values.Get("network"), SubnetIDs: faas.WordsOf(values.Get("subnets")),
	}
}

// wholeNumber reads a number of up to nine digits, so that multiplying it cannot overflow.
func wholeNumber(text string) int64 {
	n, err := strconv.ParseUint(text, 10, 30)
	if err != nil {
		return 0
	}
	return int64(n) //nolint:gosec // 30 bits fit
}

// variables pairs up the rows of the environment table. A row may have a value, a draft of one from an earlier try, or
// the name of the base's variable whose value stays.
func variables(values url.Values) []faas.Variable {
	rows := make([]faas.Variable, len(values["env_key"]))
	at := func(name string, i int) string {
		if list := values[name]; i < len(list) {
			return list[i]
		}
		return ""
	}
	for i, key := range values["env_key"] {
		rows[i] = faas.Variable{
			Key: key, Value: faas.Secret(lines(at("env_value", i))),
			Draft: faas.Sealed(at("env_draft", i)), Kept: at("env_kept", i),
		}
	}
	return rows
}

// shownRows are the rows of a form that comes back, with every typed value sealed. It leaves out rows without a word,
// which would grow in number with every try; who asks for more rows keeps them.
func (d *Dashboard) shownRows(ctx context.Context, who faas.Actor, sent draft) ([]views.EnvironmentRow, error) {
	sealed, err := d.service.DraftEnvironment(ctx, who, sent.function, sent.rows)
	var rows []views.EnvironmentRow
	for _, v := range sealed {
		row := views.EnvironmentRow{Key: v.Key, Draft: v.Draft, Kept: v.Kept}
		if sent.more || row != (views.EnvironmentRow{}) {
			rows = append(rows, row)
		}
	}
	return rows, err
}

// versionForm is the form as it was typed, without the environment.
func versionForm(values url.Values) views.VersionForm {
	return views.VersionForm{
		Key: values.Get("key"), Runtime: values.Get("runtime"), Entrypoint: values.Get("entrypoint"),
		Memory: values.Get("memory"), Timeout: values.Get("timeout"), ServiceAccount: values.Get("service_account"),
		Network: values.Get("network"), Subnets: lines(values.Get("subnets")),
		Description: lines(values.Get("description")), Tags: values.Get("tags"), Upload: values.Get("upload"),
		Bucket: values.Get("bucket"), Object: values.Get("object"), SHA256: values.Get("sha256"), ETag: values.Get("etag"),
	}
}
