package dashboard

import (
	"net/http"

	"verso/faas"
	"verso/views"
	"verso/web"
)

func (d *Dashboard) sessionList(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	list, err := d.service.Sessions(r.Context(), who)
	if err != nil {
		return err
	}
	page, err := d.page(r.Context(), r)
	if err != nil {
		return err
	}
	props := views.SessionListProps{Page: page, List: list, Current: who.SessionID}
	return web.Render(w, r, http.StatusOK, views.SessionList(props))
}

// sessionEnd ends one of one's own sessions; ending the one that asks is signing out.
func (d *Dashboard) sessionEnd(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	asked := r.PathValue("session")
	if asked == who.SessionID {
		return d.logout(w, r, who)
	}
	if err := d.service.EndSession(r.Context(), who, asked); err != nil {
		return named(err, "There is no session %s of yours.", asked)
	}
	return redirectDone(w, r, views.SessionsURL(), views.DoneSessionEnded)
}

func (d *Dashboard) sessionEndOthers(w http.ResponseWriter, r *http.Request, who faas.Actor) error {
	if _, err := d.service.EndOtherSessions(r.Context(), who); err != nil {
		return err
	}
	return redirectDone(w, r, views.SessionsURL(), views.DoneSessionsEnded)
}
