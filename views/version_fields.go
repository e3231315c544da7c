package views

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// entrypointRunes is the server's own limit; a test holds the two together.
const entrypointRunes = 256

// setting begins a control of the settings: with the base's value, so that a script can mark what differs.
func (p VersionNewProps) setting(name, label, hint string, attrs templ.Attributes) ui.Control {
	if p.Base != nil {
		attrs["data-base"] = p.value(VersionFormOf(p.Base.Settings), name)
	}
	return ui.Control{
		Name: name, Label: label, Hint: hint, Value: p.value(p.Form, name),
		Problem: problemsOf(p.Err).of(name), Attrs: attrs,
	}
}

// value finds a setting by its field's name.
func (p VersionNewProps) value(f VersionForm, name string) string {
	return map[string]string{
		"runtime": f.Runtime, "entrypoint": f.Entrypoint, "memory": f.Memory, "timeout": f.Timeout,
		"service_account": f.ServiceAccount, "network": f.Network, "subnets": f.Subnets,
	}[name]
}

// refusals asks the server's check about settings that are wrong everywhere.
func (p VersionNewProps) refusals() problems {
	return problemsOf(faas.Settings{ServiceAccountID: "/", NetworkID: "/", SubnetIDs: []string{"/"}}.Check(p.Limits))
}

func (p VersionNewProps) runtimeField() ui.Control {
	c := p.setting("runtime", "Runtime", "Ids as Yandex Cloud Functions spell them; those marked FunctionGraph as FunctionGraph does.", templ.Attributes{"data-msg-required": p.refusals().of("runtime")})
	c.Required = true
	return c
}

func (p VersionNewProps) entrypointField() ui.Control {
	long := faas.Settings{Entrypoint: strings.Repeat("x", entrypointRunes+1)}.Check(p.Limits)
	c := p.setting("entrypoint", "Entrypoint", "File and function, for example index.handler.", templ.Attributes{
		"maxlength": strconv.Itoa(entrypointRunes), "data-msg-required": p.refusals().of("entrypoint"),
		"data-msg-length": tooLong(problemsOf(long).of("entrypoint"), entrypointRunes),
	})
	c.Required = true
	return c
}

func (p VersionNewProps) memoryField() ui.Control {
	c := p.setting("memory", "Memory", "", templ.Attributes{"data-msg-required": p.refusals().of("memory")})
	c.Required = true
	return c
}

func (p VersionNewProps) timeoutField() ui.Control {
	say := p.refusals().of("timeout")
	c := p.setting("timeout", "Timeout in whole seconds", "", templ.Attributes{
		"type": "number", "min": seconds(p.Limits.TimeoutMin), "max": seconds(p.Limits.TimeoutMax), "step": "1",
		"data-msg-required": say, "data-msg-range": say,
	})
	c.Required = true
	return c
}

func (p VersionNewProps) accountField() ui.Control {
	return p.setting("service_account", "Service account id", "", templ.Attributes{
		"pattern": htmlPattern(faas.AccountPattern), "data-msg-pattern": p.refusals().of("service_account"),
	})
}

func (p VersionNewProps) networkField() ui.Control {
	return p.setting("network", "Network id", "", templ.Attributes{
		"pattern": htmlPattern(faas.AccountPattern), "data-msg-pattern": p.refusals().of("network"),
	})
}

func (p VersionNewProps) subnetsField() ui.Control {
	return p.setting("subnets", "Subnet ids", "One a line. They belong to the network above.", templ.Attributes{
		"data-pattern": htmlPattern(faas.AccountPattern), "data-msg-pattern": p.refusals().of("subnets"), "spellcheck": "false",
	})
}

func (p VersionNewProps) tagsField() ui.Control {
	one := htmlPattern(faas.TagPattern)
	return ui.Control{
		Name: "tags", Label: "Tags to set", Value: p.Form.Tags, Problem: problemsOf(p.Err).of("tags"),
		Hint: "Separated by spaces. Without any, the version is created but not released: only $latest moves to it." + p.Page.protection(),
		Attrs: templ.Attributes{
			"pattern":          "[ ,]*(?:" + one + "[ ,]+)*(?:" + one + ")?",
			"data-msg-pattern": strings.Replace(sentence(faas.CheckTags([]string{"/"}, p.Limits)), `The tag "/" is not allowed: start`, "A tag must start", 1),
		},
	}
}

func (p VersionNewProps) bucketField() ui.Control {
	return ui.Control{
		Name: "bucket", Label: "Bucket", Required: true, Problem: problemsOf(p.Err).of("bucket"),
		Attrs: templ.Attributes{"data-msg-required": "Choose a bucket."},
	}
}

// strangeBucket is true for a bucket that the form names and this server does not: a failed operation's, or a typed one.
func (p VersionNewProps) strangeBucket() bool {
	return p.Form.Bucket != "" && !slices.Contains(p.Buckets, p.Form.Bucket)
}

func (p VersionNewProps) objectField() ui.Control {
	return ui.Control{
		Name: "object", Label: "Object", Value: p.Form.Object, Required: true, Problem: problemsOf(p.Err).of("object"),
		Hint:  "The object's whole name, for example releases/invoice-1.4.zip. Up to " + ui.Size(p.Limits.BucketBytes) + ".",
		Attrs: templ.Attributes{"maxlength": "1024", "data-msg-required": sentence(faas.CheckObjectName(""))},
	}
}

func (p VersionNewProps) shaField() ui.Control {
	return ui.Control{
		Name: "sha256", Label: "Expected sha-256", Value: p.Form.SHA256, Problem: problemsOf(p.Err).of("sha256"),
		Hint: "When given, an object with any other content is refused.",
		Attrs: templ.Attributes{
			"pattern":          "[0-9a-f]{64}",
			"data-msg-pattern": "The sha-256 must be 64 hexadecimal digits in lower case; leave it empty to accept what is there.",
		},
	}
}

func (p VersionNewProps) packageAttrs() templ.Attributes {
	c := ui.Control{Name: "package", Hint: p.packageHint(), Required: p.Upload == nil, Problem: problemsOf(p.Err).of("package")}
	c.Attrs = templ.Attributes{"data-msg-required": "Choose the zip file to upload."}
	return c.All()
}

func (p VersionNewProps) packageHint() string {
	return "The function's files at the top of a zip, not inside a folder. Up to " + ui.Size(p.Limits.UploadBytes) + ", unpacked " +
		ui.Size(p.Limits.UnpackedBytes) + ", " + ui.Number(int64(p.Limits.Entries)) + " entries."
}

func (p VersionNewProps) envKeyAttrs() templ.Attributes {
	_, nameless := faas.EnvironmentOf([]faas.Variable{{Value: "x"}})
	wrong := faas.CheckEnvironment(map[string]faas.Secret{"1": ""}, p.Limits)
	return templ.Attributes{
		"pattern": htmlPattern(faas.EnvironmentKeyPattern), "maxlength": "255",
		"data-msg-required": sentence(nameless),
		"data-msg-pattern":  strings.Replace(problemsOf(wrong).of("environment"), `"1"`, "%q", 1),
	}
}

func (p VersionNewProps) envValueAttrs(row EnvironmentRow) templ.Attributes {
	max := p.Limits.EnvironmentRunes
	long := faas.CheckEnvironment(map[string]faas.Secret{"A": faas.Secret(strings.Repeat("x", max+1))}, p.Limits)
	attrs := templ.Attributes{
		"maxlength":       strconv.Itoa(max),
		"data-msg-length": strings.Replace(tooLong(problemsOf(long).of("environment"), max), "The value of A is", "A value is", 1),
	}
	attrs["placeholder"] = " " // with any placeholder the style sheet knows an empty field, and hides Show
	switch {
	case row.Draft != "":
		attrs["placeholder"] = faas.Masked() + " as entered"
	case row.Kept != "":
		attrs["placeholder"] = faas.Masked() + " kept"
	}
	return attrs
}

const sealedNote = "Values are stored sealed and masked on every page; revealing one asks for your password."

func (p VersionNewProps) environmentHint() string {
	has := func(r EnvironmentRow) bool { return r.Kept != "" || r.Draft != "" }
	if slices.ContainsFunc(p.Form.Environment, has) {
		return sealedNote + " A kept or entered one stays unless you type another. Clear the name to remove the variable."
	}
	return sealedNote
}

// rows are the variables and at least one empty row behind them.
func (p VersionNewProps) rows() []EnvironmentRow {
	return append(slices.Clip(p.Form.Environment), EnvironmentRow{})
}
