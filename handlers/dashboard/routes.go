package dashboard

import (
	"slices"

	"verso/faas"
	"verso/static"
	"verso/web"
)

const (
	inProject   = "/projects/{project}"
	inFunction  = inProject + "/functions/{fn}"
	inVersion   = inFunction + "/versions/{n}"
	inSettings  = inProject + "/settings"
	inPerson    = "/settings/people/{person}"
	inOperation = "/operations/{op}"
)

// Routes is every page with the right it takes: there is no other way in. {project} and {fn} are names; an id or an old
// name in their place leads on to the name.
func (d *Dashboard) Routes() []web.Route {
	return slices.Concat(d.openRoutes(), d.ownRoutes(), d.functionRoutes(), d.versionRoutes(), d.settingsRoutes(), d.peopleRoutes())
}

// openRoutes are what anybody may ask for.
func (d *Dashboard) openRoutes() []web.Route {
	return []web.Route{
		row("GET", "/setup", faas.RightVisit, d.setupPage),
		row("POST", "/setup", faas.RightVisit, d.setupFinish),
		row("GET", "/login", faas.RightVisit, d.loginPage),
		row("POST", "/login", faas.RightVisit, d.login),
		row("POST", "/login/oidc", faas.RightVisit, d.oidcStart),
		row("GET", "/login/oidc/callback", faas.RightVisit, d.oidcCallback),
		row("POST", "/logout", faas.RightVisit, d.logout),
		{Method: "GET", Path: "/static/", Right: faas.RightVisit, Handler: web.Plain(static.Handler())},
		row("GET", "/", faas.RightVisit, d.nowhere),
	}
}

// ownRoutes are one's own account and projects.
func (d *Dashboard) ownRoutes() []web.Route {
	return []web.Route{
		row("GET", "/{$}", faas.RightAccount, d.home),
		row("GET", "/projects", faas.RightAccount, d.projectList),
		row("POST", "/projects", faas.RightCreateProject, d.projectCreate),
		row("GET", "/settings", faas.RightAccount, d.settingsHome),
		row("GET", "/settings/account", faas.RightAccount, d.accountPage),
		row("POST", "/settings/account", faas.RightAccount, d.passwordChange),
		row("GET", "/settings/sessions", faas.RightAccount, d.sessionList),
		row("POST", "/settings/sessions/{session}/end", faas.RightAccount, d.sessionEnd),
		row("POST", "/settings/sessions/end-others", faas.RightAccount, d.sessionEndOthers),
	}
}

func (d *Dashboard) functionRoutes() []web.Route {
	return []web.Route{
		row("GET", inProject, faas.RightRead, d.projectHome),
		row("GET", inProject+"/functions", faas.RightRead, d.functionList),
		row("POST", inProject+"/functions", faas.RightCreateFunction, d.functionCreate),
		row("GET", inProject+"/functions/new", faas.RightCreateFunction, d.functionNew),
		row("GET", inFunction, faas.RightRead, d.functionPage),
		row("GET", inFunction+"/edit", faas.RightEditFunction, d.functionEdit),
		row("POST", inFunction+"/edit", faas.RightEditFunction, d.functionSave),
		row("GET", inFunction+"/delete", faas.RightDeleteFunction, d.functionConfirmDelete),
		row("POST", inFunction+"/delete", faas.RightDeleteFunction, d.functionDelete),
		row("POST", inFunction+"/tags/{tag}/remove", faas.RightMoveTag, d.tagRemove),
		row("GET", inProject+"/operations", faas.RightRead, d.operationList),
		row("GET", inOperation, faas.RightRead, d.operationPage),
		row("POST", inOperation+"/cancel", faas.RightCancelOperation, d.operationCancel),
	}
}

func (d *Dashboard) versionRoutes() []web.Route {
	return []web.Route{
		row("GET", inFunction+"/versions", faas.RightRead, d.versionList),
		row("POST", inFunction+"/versions", faas.RightCreateVersion, d.versionCreate),
		row("GET", inFunction+"/versions/new", faas.RightCreateVersion, d.versionNew),
		row("POST", inFunction+"/versions/check-object", faas.RightCreateVersion, d.objectCheck),
		row("GET", inVersion, faas.RightRead, d.versionPage),
		row("GET", inVersion+"/package", faas.RightDownload, d.packageDownload),
		row("GET", inVersion+"/environment/{name}/reveal", faas.RightReveal, d.revealForm),
		row("POST", inVersion+"/environment/{name}/reveal", faas.RightReveal, d.revealValue),
	}
}

// settingsRoutes are who belongs to a project, and what they did.
func (d *Dashboard) settingsRoutes() []web.Route {
	return []web.Route{
		row("GET", inSettings, faas.RightReadMembers, d.projectSettings),
		row("GET", inSettings+"/members", faas.RightReadMembers, d.memberList),
		row("POST", inSettings+"/members", faas.RightChangeMembers, d.memberAdd),
		row("POST", inSettings+"/members/{person}/role", faas.RightChangeMembers, d.memberRole),
		row("GET", inSettings+"/members/{person}/remove", faas.RightChangeMembers, d.memberConfirmRemove),
		row("POST", inSettings+"/members/{person}/remove", faas.RightChangeMembers, d.memberRemove),
		row("GET", inSettings+"/tokens", faas.RightOwnTokens, d.tokenList),
		row("POST", inSettings+"/tokens", faas.RightOwnTokens, d.tokenCreate),
		row("POST", inSettings+"/tokens/{token}/revoke", faas.RightOwnTokens, d.tokenRevoke),
		row("GET", inSettings+"/keys", faas.RightOwnTokens, d.accessKeyList),
		row("POST", inSettings+"/keys", faas.RightOwnTokens, d.accessKeyCreate),
		row("POST", inSettings+"/keys/{key}/revoke", faas.RightOwnTokens, d.accessKeyRevoke),
		row("GET", inSettings+"/tags", faas.RightReadMembers, d.protectedTags),
		row("POST", inSettings+"/tags", faas.RightChangeProject, d.protectTags),
		row("GET", inProject+"/activity", faas.RightReadActivity, d.activityList),
		row("GET", inProject+"/activity/export", faas.RightReadActivity, d.activityExport),
	}
}

// peopleRoutes are for administrators of the installation.
func (d *Dashboard) peopleRoutes() []web.Route {
	return []web.Route{
		row("GET", "/settings/people", faas.RightReadPeople, d.personList),
		row("POST", "/settings/people", faas.RightChangePeople, d.personAdd),
		row("GET", inPerson, faas.RightReadPeople, d.personPage),
		row("POST", inPerson+"/disable", faas.RightChangePeople, d.personDisable),
		row("POST", inPerson+"/enable", faas.RightChangePeople, d.personEnable),
		row("POST", inPerson+"/admin", faas.RightChangePeople, d.personAdmin),
		row("POST", inPerson+"/no-admin", faas.RightChangePeople, d.personNoAdmin),
		row("POST", inPerson+"/password", faas.RightChangePeople, d.personPassword),
		row("POST", inPerson+"/sessions/end", faas.RightChangePeople, d.personEndSessions),
		row("GET", "/settings/activity", faas.RightReadInstallation, d.activityList),
		row("GET", "/settings/activity/export", faas.RightReadInstallation, d.activityExport),
	}
}
