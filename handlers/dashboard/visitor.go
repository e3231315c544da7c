package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"verso/faas"
	"verso/views"
)

// moved is the error of a request whose address names a thing by its id or an old name; the answer leads on.
type moved struct{ to string }

func (m moved) Error() string { return "moved to " + m.to }

// place finds the function that the path names in the project that the gate has found. An address that is not the
// present one is a moved error for GET.
func (d *Dashboard) place(r *http.Request, who faas.Actor) (faas.Function, error) {
	project, err := d.project(r)
	if err != nil {
		return faas.Function{}, err
	}
	asked := r.PathValue("fn")
	f, err := d.service.Function(r.Context(), who, asked)
	err = named(err, "There is no function %s in the project %s.", asked, project.Name)
	if err == nil && f.Name != asked && r.Method == http.MethodGet {
		err = moved{renamed(r.URL, project.Name, f.Name)}
	}
	return f, err
}

// project is the one that the gate has found; a moved error for GET when the path calls it by its id.
func (d *Dashboard) project(r *http.Request) (faas.Project, error) {
	p := entryOf(r).project
	if asked := r.PathValue("project"); p.Name != asked && r.Method == http.MethodGet {
		return p, moved{renamed(r.URL, p.Name, r.PathValue("fn"))}
	}
	return p, nil
}

// projectName is the name of the project that the gate has found.
func projectName(r *http.Request) string { return entryOf(r).project.Name }

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
func (d *Dashboard) page(ctx context.Context, r *http.Request) (views.Page, error) {
	e := entryOf(r)
	p := d.frame(r)
	p.Notice = doneOf(r)
	projects, err := d.service.ProjectsOf(ctx, e.identity)
	if err != nil {
		return views.Page{}, err
	}
	for _, other := range projects {
		p.Projects = append(p.Projects, other.Name)
	}
	return p, nil
}

// frame is the part of a page that needs no store: error pages must not fail.
func (d *Dashboard) frame(r *http.Request) views.Page {
	e := entryOf(r)
	return views.Page{
		Project: e.project.Name, Path: r.URL.RequestURI(), BaseURL: d.baseURL, Now: d.now(),
		Actor: e.actor.Name, Admin: e.actor.Admin, Role: e.actor.Role, Version: d.release, Protected: e.project.Protected,
	}
}
