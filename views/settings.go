package views

// projectTabs are the pages of a project's settings.
func projectTabs(p Page) []tab {
	return []tab{
		{MembersURL(p.Project), "Members"},
		{TokensURL(p.Project, Tokens), "Tokens"},
		{TokensURL(p.Project, AccessKeys), "Access keys"},
		{ProtectedTagsURL(p.Project), "Protected tags"},
	}
}

// ownTabs are the pages that belong to who is signed in and, for administrators, to the installation.
func ownTabs(p Page) []tab {
	list := []tab{{AccountURL(), "Account"}, {SessionsURL(), "Sessions"}}
	if p.Admin {
		list = append(list, tab{PeopleURL(), "People"}, tab{ActivityURL(""), "Activity"})
	}
	return list
}
