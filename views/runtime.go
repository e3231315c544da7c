package views

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"verso/faas"
	"verso/views/ui"
)

// runtimeGroup is a part of the catalogue in its order: a family, or all that is no longer supported.
type runtimeGroup struct {
	label string
	list  []faas.Runtime
}

func runtimeGroups() []runtimeGroup {
	var groups []runtimeGroup
	retired := runtimeGroup{label: "No longer supported"}
	at := map[faas.Family]int{}
	for _, r := range faas.Runtimes() {
		if r.Support == faas.Retired {
			retired.list = append(retired.list, r)
			continue
		}
		i, ok := at[r.Family]
		if !ok {
			i = len(groups)
			at[r.Family] = i
			groups = append(groups, runtimeGroup{label: string(r.Family)})
		}
		groups[i].list = append(groups[i].list, r)
	}
	return append(groups, retired)
}

// runtimeText is the id with what sets it apart from its neighbours.
func runtimeText(r faas.Runtime) string {
	text := r.ID
	if r.API == faas.DoorFunctionGraph {
		text += " · FunctionGraph"
	}
	return text
}

// unknownRuntime is true for an id that an older catalogue knew: reading never validates.
func unknownRuntime(id string) bool {
	_, known := faas.RuntimeByID(id)
	return id != "" && !known
}

// entryAttrs tell the browser which file the entrypoint names.
func entryAttrs(rule faas.EntryRule) templ.Attributes {
	switch {
	case len(rule.Files) > 0:
		return templ.Attributes{"data-files": strings.Join(rule.Files, " ")}
	case len(rule.Suffixes) == 1 && rule.Suffixes[0] == "":
		return templ.Attributes{"data-whole": true}
	case len(rule.Suffixes) > 0:
		return templ.Attributes{"data-suffixes": strings.Join(rule.Suffixes, " ")}
	}
	return nil
}

// memory is one choice of the memory field.
type memory struct{ value, text string }

// memories are the sizes that may be chosen, and the one that an older version has.
func (p VersionNewProps) memories() []memory {
	var list []memory
	known := p.Form.Memory == ""
	for m := p.Limits.MemoryMin; m <= p.Limits.MemoryMax && p.Limits.MemoryStep > 0; m += p.Limits.MemoryStep {
		value := strconv.FormatInt(m/faas.MiB, 10)
		known = known || value == p.Form.Memory
		list = append(list, memory{value, ui.Memory(m)})
	}
	if !known {
		list = append([]memory{{p.Form.Memory, p.Form.Memory + " MiB"}}, list...)
	}
	return list
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// htmlPattern makes one of our patterns fit the pattern attribute: browsers read it with the v flag, which wants
// hyphens and slashes inside brackets escaped.
func htmlPattern(pattern string) string {
	return strings.NewReplacer("[-", `[\-`, "/", `\/`).Replace(pattern)
}
