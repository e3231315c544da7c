package views

import (
	"strconv"
	"strings"

	"verso/faas"
	"verso/views/ui"
)

// words is one line of the record as a sentence without its subject: "created the version" + "invoice-pdf #42". The
// object stands apart because it may be a link, and because somebody else chose its text; a small print may follow.
type words struct{ verb, object, small string }

// wordsOf is the one place that turns a line of the record into a sentence. An action that it does not know still reads
// well: "widget.turn-round" is "widget: turn round".
func wordsOf(a faas.Audit) words {
	saysSo := strings.HasSuffix(a.Action, ".refused") || strings.HasSuffix(a.Action, ".limited")
	if a.Kind == faas.AuditDenied && !saysSo {
		return refusal(a)
	}
	w := words{verb: verbOf(a.Action), object: a.Detail}
	switch a.Action {
	case "member.set":
		w.verb, w.object = memberSet(a.Detail)
	case "person.admin":
		w.verb, w.object = adminSet(a.Detail)
	case "person.setup":
		w.object = ""
	default:
		w = byDetail(a, w)
	}
	if a.Result == faas.AuditRefused && !saysSo {
		w.verb = "was refused: " + w.verb
	}
	return w
}

// byDetail chooses other words where the detail says more, or less, than most.
func byDetail(a faas.Audit, w words) words {
	switch is := a.Action + " " + a.Detail; {
	case is == "person.password "+a.Actor:
		w.verb, w.object = "changed their own password", ""
	case is == "session.end signed out":
		w.verb, w.object = "signed out", ""
	case is == "session.refused disabled":
		w.verb = "could not sign in, being"
	case is == "password.refused ":
		w.verb = "gave a wrong password to confirm"
	case a.Action == "password.refused" && a.ProjectID != "":
		w.verb = "gave a wrong password to see"
	case is == "token.revoke ":
		w.verb = "revoked a token"
	case is == "accesskey.revoke ":
		w.verb = "revoked an access key"
	case a.Action == "tag.remove" && !strings.Contains(a.Detail, " from "):
		w.verb = "removed a tag:"
	}
	return w
}

// verbOf is what somebody did, up to the thing that they did it to.
func verbOf(action string) string {
	switch action {
	case "function.create":
		return "created the function"
	case "function.edit":
		return "edited the function"
	case "function.delete":
		return "asked to delete the function"
	case "function.deleted":
		return "deleted the function"
	case "version.create":
		return "asked for a version of"
	case "version.published":
		return "created the version"
	case "version.failed":
		return "asked for a version that could not be made:"
	case "version.cancelled":
		return "asked for a version that was cancelled:"
	case "tag.set":
		return "set the tag"
	case "tag.move":
		return "moved the tag"
	case "tag.remove":
		return "removed the tag"
	case "operation.cancel":
		return "cancelled:"
	case "project.create":
		return "created the project"
	case "project.protect-tags":
		return "chose the protected tags:"
	case "environment.reveal":
		return "revealed a value:"
	case "key.use":
		return "sealed secrets from then on with the"
	case "key.drop":
		return "forgot the old"
	}
	return verbAboutPeople(action)
}

func verbAboutPeople(action string) string {
	switch action {
	case "member.remove":
		return "removed the member"
	case "person.setup":
		return "set up this installation as its first administrator"
	case "person.add":
		return "added the person"
	case "person.disable":
		return "disabled"
	case "person.enable":
		return "enabled"
	case "person.password":
		return "set another password of"
	case "person.admin":
		return "gave the standing of administrator to"
	case "person.no-admin":
		return "took the standing of administrator from"
	case "password.refused":
		return "gave a wrong password"
	case "session.limited":
		return "tried too many passwords"
	case "session.start":
		return "signed in"
	case "session.refused":
		return "could not sign in"
	case "session.end":
		return "ended a session of their own"
	case "session.end-others":
		return "ended all their other sessions"
	case "session.end-all":
		return "ended all sessions of"
	case "token.create":
		return "made the token"
	case "token.revoke":
		return "revoked the token"
	case "accesskey.create":
		return "made the access key"
	case "accesskey.revoke":
		return "revoked the access key"
	}
	return spelled(action)
}

// spelled reads an unknown action aloud.
func spelled(action string) string {
	noun, verb, both := strings.Cut(action, ".")
	text := strings.ReplaceAll(noun, "-", " ")
	if both {
		text += ": " + strings.NewReplacer("-", " ", ".", " ").Replace(verb)
	}
	if text == "" {
		return "did something unnamed"
	}
	return text
}

// refusal says which right was missing; its action is the right. The detail is "POST /path" or "invoice-pdf: POST /path".
func refusal(a faas.Audit) words {
	w := words{verb: "was refused: " + spelled(a.Action), small: a.Detail}
	if rule, known := faas.RuleOf(faas.Right(a.Action)); known {
		w.verb = "tried to " + rule.Says + " and may not"
	}
	if about, asked, both := strings.Cut(a.Detail, ": "); both && !strings.Contains(about, " /") {
		w.verb, w.object, w.small = w.verb+":", about, asked
	}
	return w
}

// memberSet reads "jonas, developer" and "jonas, developer (was owner)".
func memberSet(detail string) (verb, object string) {
	name, role, both := strings.Cut(detail, ", ")
	role, was, changed := strings.Cut(role, " (")
	if r, err := faas.RoleByName(role); both && err == nil {
		if changed {
			name += " (" + was
		}
		return "gave the role “" + r.String() + "” to", name
	}
	return "set the role of", detail
}

// adminSet reads "nina" and, where groups of an identity provider decided, "nina, no administrator".
func adminSet(detail string) (verb, object string) {
	name, standing, _ := strings.Cut(detail, ", ")
	if strings.HasPrefix(standing, "no ") {
		return verbAboutPeople("person.no-admin"), name
	}
	return verbAboutPeople("person.admin"), name
}

// subject is who did it. Nobody known did it when only a name was typed.
func subject(a faas.Audit) string {
	switch {
	case itself(a):
		return "Verso"
	case a.Actor == "":
		return "somebody"
	case a.ActorID == "" && a.Result == faas.AuditRefused:
		return "“" + a.Actor + "”"
	}
	return a.Actor
}

// itself reports whether nobody asked: Verso did it by itself.
func itself(a faas.Audit) bool {
	return a.Door == faas.DoorSystem && (a.Actor == "" || a.Actor == string(faas.DoorSystem))
}

// way is by what they came, when that was not a session in the dashboard.
func way(a faas.Audit) string {
	var parts []string
	if a.Token != "" {
		parts = append(parts, "with “"+a.Token+"”")
	} else if a.TokenID != "" {
		parts = append(parts, "with a token")
	}
	if a.Door != faas.DoorDashboard && a.Door != "" && !itself(a) {
		parts = append(parts, via(a.Door))
	}
	return strings.Join(parts, ", ")
}

// ways is by what they came, for a column of its own.
func ways(a faas.Audit) string {
	var parts []string
	if a.Token != "" {
		parts = append(parts, "token “"+a.Token+"”")
	} else if a.TokenID != "" {
		parts = append(parts, "token")
	}
	switch {
	case itself(a) || a.Door == faas.DoorSystem:
		parts = append(parts, "Verso")
	case a.Door != faas.DoorDashboard && a.Door != "":
		parts = append(parts, strings.TrimPrefix(via(a.Door), "via the "))
	case len(parts) == 0 && a.Door != "":
		parts = append(parts, "browser")
	}
	return strings.Join(parts, ", ")
}

// instant is a line's time in full, with the request that it belongs to.
func instant(a faas.Audit) string {
	if a.RequestID == "" {
		return ui.Stamp(a.At)
	}
	return ui.Stamp(a.At) + ", request " + a.RequestID
}

// targetURL is the page of the function or version that a line is about; empty when there is none, or none any more.
func targetURL(project string, names map[string]string, a faas.Audit) string {
	name := names[a.FunctionID]
	if name == "" || a.FunctionID == "" || project == "" {
		return ""
	}
	if number := numberIn(a.Detail); number > 0 && a.Result == faas.AuditDone {
		return VersionURL(project, name, number)
	}
	return FunctionURL(project, name)
}

// numberIn finds the version that a detail names last: 42 in "prod of invoice-pdf from #41 to #42". 0 for none.
func numberIn(detail string) (number int64) {
	for _, word := range strings.Fields(detail) {
		if digits, ok := strings.CutPrefix(word, "#"); ok {
			if n, err := strconv.ParseInt(digits, 10, 64); err == nil && n > 0 {
				number = n
			}
		}
	}
	return number
}
