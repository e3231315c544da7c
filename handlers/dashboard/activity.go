package dashboard

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// activityList shows what happened in the project, or outside of all where the path names none.
func (d *Dashboard) activityList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if _, err := d.project(r); who.ProjectID != "" && err != nil {
		return err
	}
	props := views.ActivityProps{Query: activityAsked(r)}
	filter, err := d.activityFilter(r.Context(), who, props.Query)
	if err == nil {
		props.List, err = d.service.Activity(r.Context(), who, filter)
	}
	if err != nil && !inForm(err) {
		return err
	}
	props.Err = err
	if props.Names, err = d.functionNames(r.Context(), who, props.List.Items); err != nil {
		return err
	}

	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	if web.IsFragment(w, r) {
		return web.Render(w, r, statusOf(props.Err), views.ActivityResults(props))
	}
	if err := d.suggest(r.Context(), who, &props); err != nil {
		return err
	}
	return web.Render(w, r, statusOf(props.Err), views.ActivityPage(props))
}

// suggested is how many names a filter offers; more would make the page heavy.
const suggested = 100

// suggest fills the names that the filters offer: of the project's members and functions, or of people.
func (d *Dashboard) suggest(ctx context.Context, who faas.Actor, props *views.ActivityProps) error {
	first := faas.Page{Size: suggested}
	if who.ProjectID == "" {
		people, err := d.service.People(ctx, who, faas.PersonFilter{Page: first})
		for _, p := range people.Items {
			props.People = append(props.People, p.Name)
		}
		return err
	}
	members, err := d.service.Members(ctx, who, first)
	if err != nil {
		return err
	}
	for _, m := range members.Items {
		props.People = append(props.People, m.Person)
	}
	functions, err := d.service.Functions(ctx, who, faas.FunctionFilter{Page: first})
	for _, row := range functions.Items {
		props.Functions = append(props.Functions, row.Name)
	}
	return err
}

func activityAsked(r *http.Request) views.ActivityQuery {
	q := r.URL.Query()
	return views.ActivityQuery{
		Who: q.Get("who"), Function: q.Get("fn"), Kind: faas.AuditKind(q.Get("kind")),
		From: q.Get("from"), Until: q.Get("until"), Page: pageOf(q),
	}
}

// activityFilter reads the query; the function is called by its name or id.
func (d *Dashboard) activityFilter(ctx context.Context, who faas.Actor, q views.ActivityQuery) (faas.AuditFilter, error) {
	f, err := q.Filter()
	if err != nil || q.Function == "" {
		return f, err
	}
	if faas.IsID(q.Function) {
		f.FunctionID = q.Function // also of one that is gone
		return f, nil
	}
	fn, err := d.service.Function(ctx, who, q.Function)
	if faas.Is(err, faas.NotFound) {
		err = faas.Invalidf("fn", "There is no function of that name in this project. One that is gone is found by its id.")
	}
	f.FunctionID = fn.ID
	return f, err
}

// functionNames are the present names of the functions that lines are about. One that is gone has none.
func (d *Dashboard) functionNames(ctx context.Context, who faas.Actor, lines []faas.Audit) (map[string]string, error) {
	names := map[string]string{}
	for _, line := range lines {
		if _, known := names[line.FunctionID]; known || line.FunctionID == "" {
			continue
		}
		f, err := d.service.Function(ctx, who, line.FunctionID)
		if err != nil && !faas.Is(err, faas.NotFound) {
			return nil, err
		}
		names[line.FunctionID] = f.Name
	}
	for id, name := range names {
		if name == "" {
			delete(names, id)
		}
	}
	return names, nil
}

// recentActivity is the newest lines about a function.
func (d *Dashboard) recentActivity(ctx context.Context, who faas.Actor, functionID string) ([]faas.Audit, error) {
	list, err := d.service.Activity(ctx, who, faas.AuditFilter{FunctionID: functionID, Page: faas.Page{Size: recent}})
	return list.Items, err
}

// activityExport sends every line that the query finds, a line at a time.
func (d *Dashboard) activityExport(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	filter, err := d.activityFilter(r.Context(), who, activityAsked(r))
	if err != nil {
		return err
	}
	format := r.URL.Query().Get("format")
	name := "activity"
	if p := entryOf(r).project.Name; p != "" {
		name = p + "-activity"
	}
	each := func(fn func(faas.Audit) error) error { return d.service.EachActivity(r.Context(), who, filter, fn) }
	switch format {
	case "csv":
		web.Attachment(w, name+".csv", "text/csv; charset=utf-8")
		return writeCSV(w, each)
	case "json":
		web.Attachment(w, name+".json", "application/json")
		return writeJSON(w, each)
	}
	return faas.Invalidf("format", "Choose csv or json as the format.")
}

// exported is a line as it is exported. Columns are only ever added, and at the end: scripts count them.
type exported struct {
	At        time.Time `json:"at"`
	Actor     string    `json:"actor"`
	Token     string    `json:"token,omitempty"`
	Door      string    `json:"door"`
	Address   string    `json:"address,omitempty"`
	RequestID string    `json:"request_id"`
	Kind      string    `json:"kind"`
	Action    string    `json:"action"`
	Result    string    `json:"result"`
	Target    string    `json:"target,omitempty"`
	Detail    string    `json:"detail,omitempty"`
	Function  string    `json:"function_id,omitempty"`
	ActorID   string    `json:"actor_id,omitempty"`
	TokenID   string    `json:"token_id,omitempty"`
}

func exportedOf(a faas.Audit) exported {
	return exported{
		At: a.At, Actor: a.Actor, Token: a.Token, Door: string(a.Door), Address: a.Address, RequestID: a.RequestID,
		Kind: string(a.Kind), Action: a.Action, Result: string(a.Result), Target: a.Target, Detail: a.Detail, Function: a.FunctionID,
		ActorID: a.ActorID, TokenID: a.TokenID,
	}
}

func writeCSV(w io.Writer, each func(func(faas.Audit) error) error) error {
	out := csv.NewWriter(w)
	head := []string{"at", "actor", "token", "door", "address", "request_id", "kind", "action", "result", "target", "detail", "function_id", "actor_id", "token_id"}
	if err := out.Write(head); err != nil {
		return err
	}
	err := each(func(a faas.Audit) error {
		e := exportedOf(a)
		cells := []string{
			e.At.Format(time.RFC3339Nano), e.Actor, e.Token, e.Door, e.Address, e.RequestID, e.Kind, e.Action, e.Result, e.Target, e.Detail,
			e.Function, e.ActorID, e.TokenID,
		}
		for i := range cells {
			cells[i] = plainCell(cells[i])
		}
		return out.Write(cells)
	})
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

// plainCell keeps spreadsheets from taking a text for a formula.
func plainCell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

func writeJSON(w io.Writer, each func(func(faas.Audit) error) error) error {
	before := "[\n"
	err := each(func(a faas.Audit) error {
		data, err := json.Marshal(exportedOf(a))
		if err != nil {
			return err
		}
		_, err = io.WriteString(w, before+string(data))
		before = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	if before == "[\n" {
		_, err = io.WriteString(w, "[]\n")
		return err
	}
	_, err = io.WriteString(w, "\n]\n")
	return err
}
