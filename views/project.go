package views

import (
	"strings"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// ProjectListProps is the page of one's projects. Administrators get the form for a new one; its field is name.
type ProjectListProps struct {
	Page Page
	List []ProjectRow // by name
	Name string       // of the new project, as it was typed
	Err  error
}

// ProjectRow is a project with what the person may do in it.
type ProjectRow struct {
	Name string
	Role faas.Role
}

// ProtectedTagsProps is the form of a project's protected tags. Its field is tags: words between commas or spaces.
type ProtectedTagsProps struct {
	Page Page
	Tags string // as stored, or as typed
	Err  error
}

// nextStep is what somebody can do who belongs to no project.
func (p ProjectListProps) nextStep() string {
	if p.Page.Admin {
		return "Make the first one below. You will be its owner and can add members."
	}
	return "An owner of a project has to add you as a member; tell them your name here, " + p.Page.Actor + ". What they add you to is listed here at once."
}

func (p ProjectListProps) nameField() ui.Control {
	return ui.Control{
		Name: "name", Label: "Name", Value: p.Name, Required: true, Problem: problemsOf(p.Err).of("name"),
		Hint: "3 to 63 lower-case letters, digits and hyphens. You will be its owner.",
		Attrs: templ.Attributes{
			"pattern": htmlPattern(faas.NamePattern), "minlength": "3", "maxlength": "63",
			"data-msg-required": sentence(faas.CheckName("name", "")),
			"data-msg-pattern":  sentence(faas.CheckName("name", "a_b")),
			"data-msg-length":   "The name must have 3 to 63 characters.",
		},
	}
}

// mayChange reports whether the person may choose the protected tags.
func (p ProtectedTagsProps) mayChange() bool { return p.Page.lacks(faas.RightChangeProject) == "" }

func (p ProtectedTagsProps) tagsField() ui.Control {
	one := htmlPattern(faas.TagPattern)
	wrong := faas.CheckTags([]string{"/"}, faas.DefaultLimits())
	return ui.Control{
		Name: "tags", Label: "Protected tags", Value: p.Tags, Problem: problemsOf(p.Err).of("tags"),
		Hint: "Separated by spaces. They need not exist yet; the list may be empty.",
		Attrs: templ.Attributes{
			"pattern":          "[ ,]*(?:" + one + "[ ,]+)*(?:" + one + ")?",
			"data-msg-pattern": strings.Replace(sentence(wrong), `The tag "/" is not allowed: start`, "A tag must start", 1),
		},
	}
}
