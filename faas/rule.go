package faas

// Right is one thing that somebody may or may not do.
type Right string

// The rights. Every route of every door names one; what it takes to have it is in the table below and nowhere else.
const (
	RightVisit Right = "visit" // what anybody may see: sign-in, set-up, health, the files of pages

	RightAccount Right = "account" // one's own password, sessions and list of projects

	RightRead             Right = "project.read" // everything of a project but values of the environment
	RightDownload         Right = "package.download"
	RightReadActivity     Right = "activity.read"
	RightReadMembers      Right = "member.read"
	RightCreateFunction   Right = "function.create"
	RightEditFunction     Right = "function.edit"
	RightDeleteFunction   Right = "function.delete"
	RightCreateVersion    Right = "version.create"
	RightMoveTag          Right = "tag.move"
	RightMoveProtectedTag Right = "tag.move-protected"
	RightCancelOperation  Right = "operation.cancel"
	RightReveal           Right = "environment.reveal"
	RightOwnTokens        Right = "token.own"    // make, list and revoke one's own tokens and access keys
	RightManageTokens     Right = "token.manage" // list and revoke everybody's
	RightChangeMembers    Right = "member.change"
	RightChangeProject    Right = "project.change" // protected tags

	RightReadPeople       Right = "person.read"
	RightChangePeople     Right = "person.change"
	RightCreateProject    Right = "project.create"
	RightReadInstallation Right = "installation.read" // the activity that belongs to no project
)

// Scope says to whom a rule applies.
type Scope uint8

// The scopes. The zero value is nobody's: a rule that forgets its scope opens nothing.
const (
	Nobody       Scope = iota
	Everybody          // also who is not signed in
	SignedIn           // any person of this installation
	InProject          // members of the project who hold the rule's role
	Installation       // administrators
)

// Rule says what it takes to have a right.
type Rule struct {
	Right  Right
	Scope  Scope
	Role   Role   // in the project; for InProject only
	Reads  bool   // changes nothing, so a read-only token is enough
	Tokens bool   // a token is enough; without it only a person at a browser
	Says   string // what it lets one do
}

// rules is the one table: the routers of all doors, the verbs and the tests of both are made from it.
var rules = []Rule{
	{RightVisit, Everybody, NoRole, true, true, "sign in, and see what is no secret"},

	{RightAccount, SignedIn, NoRole, false, false, "see and change their own account"},

	{RightRead, InProject, Viewer, true, true, "read functions, versions, tags and operations"},
	{RightDownload, InProject, Viewer, true, true, "download packages"},
	{RightReadActivity, InProject, Viewer, true, true, "read and export the activity"},
	{RightReadMembers, InProject, Viewer, true, true, "see the members"},
	{RightOwnTokens, InProject, Viewer, false, false, "make and revoke their own tokens and access keys"},
	{RightCreateFunction, InProject, Developer, false, true, "create functions"},
	{RightEditFunction, InProject, Developer, false, true, "edit functions"},
	{RightCreateVersion, InProject, Developer, false, true, "create versions"},
	{RightMoveTag, InProject, Developer, false, true, "set, move and remove tags"},
	{RightCancelOperation, InProject, Developer, false, true, "cancel operations"},
	{RightReveal, InProject, Developer, false, false, "reveal values of the environment"},
	{RightMoveProtectedTag, InProject, Lead, false, true, "set, move and remove protected tags"},
	{RightDeleteFunction, InProject, Lead, false, true, "delete functions"},
	{RightManageTokens, InProject, Lead, false, false, "see and revoke everybody's tokens and access keys"},
	{RightChangeMembers, InProject, Owner, false, false, "add and remove members and change their roles"},
	{RightChangeProject, InProject, Owner, false, false, "choose the protected tags"},

	{RightReadPeople, Installation, NoRole, true, false, "see all people"},
	{RightChangePeople, Installation, NoRole, false, false, "add, disable and enable people"},
	{RightCreateProject, Installation, NoRole, false, false, "create projects"},
	{RightReadInstallation, Installation, NoRole, true, false, "read the activity outside projects"},
}

// Rules returns the table, for the pages and documents that show it and the tests that are made from it.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// RuleOf finds the rule of a right; false when there is none.
func RuleOf(right Right) (Rule, bool) {
	for _, r := range rules {
		if r.Right == right {
			return r, true
		}
	}
	return Rule{}, false
}
