package views

import "strings"

// Done is what a form has just done, as a code in the query of the page that it led to: done=member-added. Nothing of
// the address is ever shown, only the sentence that belongs to the code.
type Done string

// The codes.
const (
	DoneSignedOut       Done = "signed-out"
	DonePersonAdded     Done = "person-added"
	DonePersonDisabled  Done = "person-disabled"
	DonePersonEnabled   Done = "person-enabled"
	DonePersonAdmin     Done = "person-admin"
	DonePersonNoAdmin   Done = "person-no-admin"
	DonePersonPassword  Done = "person-password"
	DonePersonSessions  Done = "person-sessions"
	DoneOwnNoAdmin      Done = "own-no-admin"
	DoneSessionEnded    Done = "session-ended"
	DoneSessionsEnded   Done = "sessions-ended"
	DoneProjectMade     Done = "project-made"
	DoneMemberAdded     Done = "member-added"
	DoneRoleChanged     Done = "role-changed"
	DoneMemberRemoved   Done = "member-removed"
	DoneProjectLeft     Done = "project-left"
	DoneTokenRevoked    Done = "token-revoked"
	DoneKeyRevoked      Done = "key-revoked"
	DoneTagsProtected   Done = "tags-protected"
	doneQuery                = "done"
	doneTokensOpenAgain      = "Their tokens and access keys open again what they did."
)

// Says is the sentence of a code; empty for what is none.
func (d Done) Says() string {
	switch d {
	case DoneSignedOut:
		return "You are signed out."
	case DonePersonAdded:
		return "The person is added. They belong to no project yet; an owner adds them there as a member."
	case DonePersonDisabled:
		return "The person is disabled: their sessions have ended, and their tokens and access keys open nothing."
	case DonePersonEnabled:
		return "The person is enabled and can sign in. " + doneTokensOpenAgain
	case DonePersonAdmin:
		return "The person is an administrator now."
	case DonePersonNoAdmin:
		return "The person is no administrator any more."
	case DonePersonPassword:
		return "The password is set, and all their sessions have ended."
	case DonePersonSessions:
		return "All their sessions have ended."
	}
	return d.saysOfOneself()
}

func (d Done) saysOfOneself() string {
	switch d {
	case DoneOwnNoAdmin:
		return "You are no administrator any more."
	case DoneSessionEnded:
		return "The session has ended."
	case DoneSessionsEnded:
		return "All your other sessions have ended."
	case DoneProjectMade:
		return "The project is made, and you are its owner. Members are added under Settings."
	case DoneMemberAdded:
		return "The member is added."
	case DoneRoleChanged:
		return "The role is saved; it counts from their next request on."
	case DoneMemberRemoved:
		return "The member is removed. Their tokens and access keys for this project open nothing any more."
	case DoneProjectLeft:
		return "You have left the project."
	case DoneTokenRevoked:
		return "The token is revoked and opens nothing any more."
	case DoneKeyRevoked:
		return "The access key is revoked and opens nothing any more."
	case DoneTagsProtected:
		return "The protected tags are saved."
	}
	return ""
}

// DoneURL is an address of ours as the page that says what was done.
func DoneURL(address string, done Done) string {
	sign := "?"
	if strings.Contains(address, sign) {
		sign = "&"
	}
	return address + sign + doneQuery + "=" + string(done)
}
