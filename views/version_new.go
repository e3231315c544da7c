package views

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"verso/faas"
	"verso/views/ui"
)

// VersionNewProps is the form that creates a version.
type VersionNewProps struct {
	Page         Page
	Function     faas.Function
	Source       faas.OriginKind // which of the three panels
	Base         *faas.Version   // whose settings prefill the form; nil for a first version
	BaseFunction string          // name of the base's function
	Tags         []faas.Tag      // of the function: quick choices for another base
	Form         VersionForm
	Limits       faas.Limits
	Err          error // what the verb said; nil on the first look

	Upload  *faas.Upload // upload: a package kept since the last try
	Buckets []string     // bucket: names of the configured connections
	Object  *faas.ObjectInfo
	// ObjectErr is what Check object said instead of Object.
	ObjectErr error
	Copy      CopyPicker // copy
	Retry     string     // id of the failed operation whose order fills the form; kept env values come from it
}

// CopyPicker is the choice of the version to be copied.
type CopyPicker struct {
	Function string            // name of the function whose versions are offered
	Find     string            // the search text
	Found    []faas.VersionRow // the offer, newest first
	Chosen   *faas.Version     // nil until one is chosen
	ChosenOf string            // name of the chosen version's function
	// Functions are names to choose from, a suggestion only.
	Functions []string
}

// EnvironmentRow is one row of the environment table.
type EnvironmentRow struct {
	Key   string
	Draft faas.Sealed // what was typed in an earlier try of this form, sealed: no page ever holds a value
	Kept  string      // key under which the base has a value that stays unless another is typed; empty for a new row
}

// VersionForm is what the fields hold, as text, so that a wrong value comes back as it was typed.
type VersionForm struct {
	Key            string // idempotency key of this form
	Runtime        string
	Entrypoint     string
	Memory         string // MiB
	Timeout        string // seconds
	ServiceAccount string
	Environment    []EnvironmentRow
	Network        string
	Subnets        string // one a line
	Description    string
	Tags           string

	Upload string // id of a kept package
	Bucket string
	Object string
	SHA256 string
	ETag   string
}

// VersionFormOf fills the settings from a base version's, or from a failed operation's order.
// Environment values are left out: each row says that it has one.
func VersionFormOf(s faas.Settings) VersionForm {
	f := VersionForm{
		Runtime: s.Runtime, Entrypoint: s.Entrypoint, ServiceAccount: s.ServiceAccountID,
		Network: s.NetworkID, Subnets: strings.Join(s.SubnetIDs, "\n"),
		Memory:  strconv.FormatInt(s.Memory/faas.MiB, 10),
		Timeout: strconv.Itoa(int(s.Timeout.Seconds())),
	}
	for _, key := range slices.Sorted(maps.Keys(s.Environment)) {
		f.Environment = append(f.Environment, EnvironmentRow{Key: key, Kept: key})
	}
	return f
}

// FirstVersionForm fills the settings of a function's first version: the least memory, three seconds, nothing else.
func FirstVersionForm(l faas.Limits) VersionForm {
	return VersionForm{Memory: strconv.FormatInt(l.MemoryMin/faas.MiB, 10), Timeout: "3"}
}

// sourceURL leads to the same form with another panel.
func (p VersionNewProps) sourceURL(kind faas.OriginKind) string {
	q := NewVersionQuery{Source: kind}
	if p.Base != nil && p.Base.Number != p.Function.LastNumber {
		q.From = p.Base.Number
	}
	return VersionNewURL(p.Page.Project, p.Function.Name, q)
}

// baseName is the base as people call it; its function's name is left out when it is this one.
func (p VersionNewProps) baseName() string {
	name := "#" + strconv.FormatInt(p.Base.Number, 10)
	if p.BaseFunction != "" && p.BaseFunction != p.Function.Name {
		return p.BaseFunction + " " + name
	}
	return name
}

// filledFrom says where the values in the form come from.
func (p VersionNewProps) filledFrom() string {
	switch {
	case p.Retry != "":
		return "The settings are those of the operation that failed; differences are shown against " + p.baseName() + "."
	case p.Source == faas.FromCopy && p.Copy.Chosen != nil:
		return "The settings are those of the version to copy; differences are shown against " + p.baseName() + "."
	}
	text := "The settings are those of " + p.baseName()
	for i, t := range p.tagsOf(p.Base.Number) {
		text += [2]string{" (", ", "}[min(i, 1)] + t
	}
	if len(p.tagsOf(p.Base.Number)) > 0 {
		text += ")"
	}
	return text + "; each can be changed below."
}

func (p VersionNewProps) tagsOf(number int64) []string {
	var names []string
	for _, t := range p.Tags {
		if t.Number == number {
			names = append(names, t.Name)
		}
	}
	return names
}

// change is one setting that differs from the base.
type change struct{ label, old, new string }

// changes lists what differs from the base. Environment values are never part of it.
func (p VersionNewProps) changes() []change {
	base := VersionFormOf(p.Base.Settings)
	var list []change
	for _, c := range []ui.Control{
		p.runtimeField(), p.entrypointField(), p.memoryField(), p.timeoutField(), p.accountField(), p.networkField(), p.subnetsField(),
	} {
		if old := p.value(base, c.Name); typed(c.Value) != typed(old) {
			list = append(list, change{c.Label, shown(c.Name, old), shown(c.Name, c.Value)})
		}
	}
	return list
}

// typed is a value without what browsers add to it.
func typed(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r", "")) }

// shown is a setting as the review writes it.
func shown(name, value string) string {
	value = strings.ReplaceAll(typed(value), "\n", ", ")
	if mib, err := strconv.ParseInt(value, 10, 32); name == "memory" && err == nil {
		return ui.Memory(mib * faas.MiB)
	}
	if value == "" {
		return "none"
	}
	return value
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func (p VersionNewProps) isChosen(v *faas.VersionRow) bool {
	return p.Copy.Chosen != nil && p.Copy.Chosen.ID == v.ID
}

// pickURL chooses a version of the picker's function.
func (p VersionNewProps) pickURL(number int64) string {
	q := NewVersionQuery{Source: faas.FromCopy, Copy: number, CopyFunction: p.Copy.Function, Find: p.Copy.Find}
	if p.Base != nil {
		q.From = p.Base.Number
	}
	return VersionNewURL(p.Page.Project, p.Function.Name, q)
}

func (p VersionNewProps) nothingFound() string {
	if p.Copy.Find != "" {
		return "No version of " + p.Copy.Function + " fits the search."
	}
	return p.Copy.Function + " has no versions. Choose another function."
}
