package views

import (
	"strconv"
	"strings"

	"verso/faas"
)

// words is one line of the record as a sentence without its subject: "created the version" + "invoice-pdf #42". The
// object stands apart because it may be a link, and because somebody else chose its text.
type words struct{ verb, object string }

// wordsOf is the one place that turns a line of the record into a sentence. An action that it does not know still reads
// well: "widget.turn-round" is "widget: turn round".
func wordsOf(a faas.Audit) words {
	if a.Kind == faas.AuditDenied {
		return refusal(a)
	}
	verb, object := verbOf(a.Action), a.Detail
	switch a.Action {
	case "member.set":
		verb, object = memberSet(a.Detail)
	case "person.password":
		if a.Detail == a.Actor {
			verb, object = "changed their own password", ""
		}
	case "person.setup":
		object = ""
	}
	if a.Result == faas.AuditRefused && !strings.HasSuffix(a.Action, ".refused") {
		verb = "was refused: " + verb
	}
	return words{verb, object}
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
	case "tag.set":
		return "set the tag"
	case "tag.move":
		return "moved the tag"
	case "tag.remove":
		return "removed a tag:"
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
		return "changed the standing of"
	case "password.refused":
		return "gave a wrong password to confirm"
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
		return "revoked a token"
	case "accesskey.create":
		return "made the access key"
	case "accesskey.revoke":
		return "revoked an access key"
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

// refusal says which right was missing; its action is the right.
func refusal(a faas.Audit) words {
	says := spelled(a.Action)
	if rule, known := faas.RuleOf(faas.Right(a.Action)); known {
		says = rule.Says
	}
	w := words{verb: "was refused to " + says, object: a.Detail}
	if a.Detail != "" {
		w.verb += ":"
	}
	return w
}

// memberSet reads "jonas, developer".
func memberSet(detail string) (verb, object string) {
	name, role, both := strings.Cut(detail, ", ")
	if r, err := faas.RoleByName(role); both && err == nil {
		return "gave the role “" + r.String() + "” to", name
	}
	return "set the role of", detail
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

// targetURL is the page of the function or version that a line is about; empty when there is none, or none any more.
func targetURL(project string, names map[string]string, a faas.Audit) string {
	name := names[a.FunctionID]
	if name == "" || a.FunctionID == "" || project == "" {
		return ""
	}
	if number := numberIn(a.Detail); number > 0 && a.Result != faas.AuditRefused {
		return VersionURL(project, name, number)
	}
	return FunctionURL(project, name)
}

// numberIn finds the version that a detail names: 42 in "invoice-pdf #42 TAX_TOKEN". 0 for none.
func numberIn(detail string) int64 {
	for _, word := range strings.Fields(detail) {
		if digits, ok := strings.CutPrefix(word, "#"); ok {
			if n, err := strconv.ParseInt(digits, 10, 64); err == nil && n > 0 {
				return n
			}
		}
	}
	return 0
}
