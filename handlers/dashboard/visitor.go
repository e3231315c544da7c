package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"verso/faas"
	"verso/views"
	"verso/web"
)

// visit answers a request of somebody.
type visit func(w http.ResponseWriter, r *http.Request, who faas.Actor) error

// local is the one owner that everybody is until people sign in: serve lets only this machine connect.
func (d *Dashboard) local(r *http.Request) faas.Actor {
	return faas.Actor{
		ID: "local-owner", Name: "owner", Role: faas.Owner, Door: faas.DoorDashboard,
		RequestID: web.RequestIDFrom(r.Context()), Address: web.ClientAddress(r),
	}
}

// moved is the error of a request whose address names a thing by its id or an old name; the answer leads on.
type moved struct{ to string }

func (m moved) Error() string { return "moved to " + m.to }

// place finds the project and function that the path names, and puts the project into the actor. An address that is
// not the present one is a moved error for GET.
func (d *Dashboard) place(r *http.Request, who *faas.Actor) (faas.Project, faas.Function, error) {
	project, err := d.project(r, who)
	if err != nil {
		return project, faas.Function{}, err
	}
	asked := r.PathValue("fn")
	f, err := d.service.Function(r.Context(), *who, asked)
	err = named(err, "There is no function %s in the project %s.", asked, project.Name)
	if err == nil && f.Name != asked && r.Method == http.MethodGet {
		err = moved{renamed(r.URL, project.Name, f.Name)}
	}
	return project, f, err
}

// project finds the project that the path names, and puts it into the actor.
func (d *Dashboard) project(r *http.Request, who *faas.Actor) (faas.Project, error) {
	asked := r.PathValue("project")
	p, err := d.service.Project(r.Context(), asked)
	if err != nil {
		return p, named(err, "There is no project %s.", asked)
	}
	who.ProjectID = p.ID
	if p.Name != asked && r.Method == http.MethodGet {
		err = moved{renamed(r.URL, p.Name, r.PathValue("fn"))}
	}
	return p, err
}

// renamed is the request's address with the present names of project and function in it.
func renamed(u *url.URL, project, function string) string {
	parts := strings.Split(u.EscapedPath(), "/") // "", projects, {project}, functions, {fn}, …
	parts[2] = url.PathEscape(project)
	if len(parts) > 4 && function != "" {
		parts[4] = url.PathEscape(function)
	}
	to := strings.Join(parts, "/")
	if u.RawQuery != "" {
		to += "?" + u.RawQuery
	}
	return to
}

// page fills what the frame around every page needs.
func (d *Dashboard) page(ctx context.Context, r *http.Request, who faas.Actor, project string) (views.Page, error) {
	projects, err := d.service.Projects(ctx)
	if err != nil {
		return views.Page{}, err
	}
	p := d.frame(r, who)
	p.Project = project
	for _, other := range projects {
		p.Projects = append(p.Projects, other.Name)
	}
	return p, nil
}

// frame is the part of a page that needs no store: error pages must not fail.
func (d *Dashboard) frame(r *http.Request, who faas.Actor) views.Page {
	return views.Page{
		Path: r.URL.RequestURI(), BaseURL: d.baseURL, Now: d.now(),
		Actor: who.Name, Role: who.Role, Version: d.release,
	}
}
