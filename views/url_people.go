package views

import (
	"net/url"

	"verso/faas"
)

// LoginURL is the sign-in page and the address it posts to; next is where it leads on, empty for the front door.
func LoginURL(next string) string {
	q := query{}
	q.add("next", next)
	return "/login" + q.String()
}

// LogoutURL is where signing out posts to.
func LogoutURL() string { return "/logout" }

// OIDCURL is where signing in with the identity provider posts to.
func OIDCURL() string { return LoginURL("") + "/oidc" }

// SetupURL is the page that makes the first administrator; it posts to the same path with the key as a field.
func SetupURL(key string) string {
	q := query{}
	q.add("key", key)
	return "/setup" + q.String()
}

// ProjectsURL is the list of one's projects; creating posts to it.
func ProjectsURL() string { return "/projects" }

// SettingsURL leads on to AccountURL.
func SettingsURL() string { return "/settings" }

// AccountURL is one's own account; changing the password posts to it.
func AccountURL() string { return SettingsURL() + "/account" }

// SessionsURL is the list of one's own sessions.
func SessionsURL() string { return SettingsURL() + "/sessions" }

// SessionEndURL is where ending one of one's own sessions posts to.
func SessionEndURL(session string) string {
	return SessionsURL() + "/" + url.PathEscape(session) + "/end"
}

// SessionsEndOthersURL is where ending all of one's sessions but this one posts to.
func SessionsEndOthersURL() string { return SessionsURL() + "/end-others" }

// PeopleURL is the list of everybody; adding somebody posts to it.
func PeopleURL() string { return SettingsURL() + "/people" }

// PeopleListURL is one page of the list of everybody.
func PeopleListURL(page faas.Page) string {
	q := query{}
	q.page(page)
	return PeopleURL() + q.String()
}

// PersonURL is somebody's page, for administrators.
func PersonURL(name string) string { return PeopleURL() + "/" + url.PathEscape(name) }

// PersonDisableURL and PersonEnableURL are where keeping somebody out, and letting them in again, post to.
func PersonDisableURL(name string) string { return PersonURL(name) + "/disable" }

// PersonEnableURL is the way back from PersonDisableURL.
func PersonEnableURL(name string) string { return PersonURL(name) + "/enable" }

// PersonAdminURL is where making somebody an administrator posts to.
func PersonAdminURL(name string) string { return PersonURL(name) + "/admin" }

// PersonNoAdminURL is the way back from PersonAdminURL.
func PersonNoAdminURL(name string) string { return PersonURL(name) + "/no-admin" }

// PersonPasswordURL is where giving somebody another password posts to.
func PersonPasswordURL(name string) string { return PersonURL(name) + "/password" }

// PersonSessionsEndURL is where ending all of somebody's sessions posts to.
func PersonSessionsEndURL(name string) string { return PersonURL(name) + "/sessions/end" }

// ProjectSettingsURL leads on to MembersURL.
func ProjectSettingsURL(project string) string { return ProjectURL(project) + "/settings" }

// MembersURL is the list of a project's members; adding one posts to it.
func MembersURL(project string) string { return ProjectSettingsURL(project) + "/members" }

// MemberListURL is one page of the list of members.
func MemberListURL(project string, page faas.Page) string {
	q := query{}
	q.page(page)
	return MembersURL(project) + q.String()
}

// MemberRoleURL is where giving a member another role posts to; person is their name.
func MemberRoleURL(project, person string) string {
	return MembersURL(project) + "/" + url.PathEscape(person) + "/role"
}

// MemberRemoveURL is the confirmation before a member is removed and the address it posts to.
func MemberRemoveURL(project, person string) string {
	return MembersURL(project) + "/" + url.PathEscape(person) + "/remove"
}

// TokensURL is the list of one's own tokens in a project, or with AccessKeys of access keys; making one posts to it.
func TokensURL(project string, kind TokenKind) string {
	return ProjectSettingsURL(project) + "/" + string(kind)
}

// TokenListURL is one page of the list of tokens or access keys, one's own or everybody's.
func TokenListURL(project string, kind TokenKind, everybody bool, page faas.Page) string {
	q := query{}
	if everybody {
		q.add("all", "1")
	}
	q.page(page)
	return TokensURL(project, kind) + q.String()
}

// TokenRevokeURL is where revoking a token or access key posts to. From everybody's list it leads back to that.
func TokenRevokeURL(project string, kind TokenKind, id string, everybody bool) string {
	q := query{}
	if everybody {
		q.add("all", "1")
	}
	return TokensURL(project, kind) + "/" + url.PathEscape(id) + "/revoke" + q.String()
}

// ProtectedTagsURL is the form of a project's protected tags and the address it posts to.
func ProtectedTagsURL(project string) string { return ProjectSettingsURL(project) + "/tags" }

// ActivityURL is the record of a project; with an empty name that of what belongs to no project.
func ActivityURL(project string) string {
	if project == "" {
		return SettingsURL() + "/activity"
	}
	return ProjectURL(project) + "/activity"
}

// ActivityListURL is the record as the query asks for it.
func ActivityListURL(project string, a ActivityQuery) string {
	q := a.query()
	q.page(a.Page)
	return ActivityURL(project) + q.String()
}

// ActivityExportURL is the record as a download, all of its pages; format is "csv" or "json".
func ActivityExportURL(project, format string, a ActivityQuery) string {
	q := query{}
	q.add("format", format)
	q.join(a.query())
	return ActivityURL(project) + "/export" + q.String()
}
