package dashboard

import (
	"net/http"
	"slices"
	"strings"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// home leads to the functions of the default project, or else of the first one's own.
func (d *Dashboard) home(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	mine, err := d.service.ProjectsOf(r.Context(), entryOf(r).identity)
	if err != nil {
		return err
	}
	if len(mine) == 0 {
		return web.SeeOther(w, views.ProjectsURL())
	}
	at := max(0, slices.IndexFunc(mine, func(p faas.Project) bool { return p.Name == faas.DefaultProject }))
	return web.SeeOther(w, views.FunctionsURL(mine[at].Name))
}

// projectHome leads to the project's functions.
func (d *Dashboard) projectHome(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	project, err := d.project(r)
	if err != nil {
		return err
	}
	return web.SeeOther(w, views.FunctionsURL(project.Name))
}

func (d *Dashboard) projectList(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	return d.showProjects(w, r, views.ProjectListProps{})
}

func (d *Dashboard) projectCreate(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	p, err := d.service.CreateProject(r.Context(), who, values.Get("name"))
	if err == nil {
		return redirectDone(w, r, views.FunctionsURL(p.Name), views.DoneProjectMade)
	}
	if !inForm(err) {
		return err
	}
	return d.showProjects(w, r, views.ProjectListProps{Name: values.Get("name"), Err: err})
}

func (d *Dashboard) showProjects(w http.ResponseWriter, r *http.Request, props views.ProjectListProps) error {
	who := entryOf(r).identity
	mine, err := d.service.ProjectsOf(r.Context(), who)
	if err != nil {
		return err
	}
	for _, p := range mine {
		props.List = append(props.List, views.ProjectRow{Name: p.Name, Role: who.RoleIn(p.ID)})
	}
	if props.Page, err = d.page(r.Context(), r); err != nil {
		return err
	}
	return web.Render(w, r, statusOf(props.Err), views.ProjectList(props))
}

// projectSettings leads to the members.
func (d *Dashboard) projectSettings(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	project, err := d.project(r)
	if err != nil {
		return err
	}
	return web.SeeOther(w, views.MembersURL(project.Name))
}

func (d *Dashboard) protectedTags(w http.ResponseWriter, r *http.Request, _ faas.Actor) error {
	project, err := d.project(r)
	if err != nil {
		return err
	}
	return d.showProtected(w, r, strings.Join(project.Protected, " "), nil)
}

func (d *Dashboard) protectTags(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	project, err := d.project(r)
	if err != nil {
		return err
	}
	values, err := web.ReadForm(r)
	if err != nil {
		return err
	}
	err = d.service.ProtectTags(r.Context(), who, faas.WordsOf(values.Get("tags")))
	if err == nil {
		return redirectDone(w, r, views.ProtectedTagsURL(project.Name), views.DoneTagsProtected)
	}
	if !inForm(err) {
		return err
	}
	return d.showProtected(w, r, values.Get("tags"), err)
}

func (d *Dashboard) showProtected(w http.ResponseWriter, r *http.Request, tags string, problem error) error {
	page, err := d.page(r.Context(), r)
	if err != nil {
		return err
	}
	return web.Render(w, r, statusOf(problem), views.ProtectedTags(views.ProtectedTagsProps{Page: page, Tags: tags, Err: problem}))
}
