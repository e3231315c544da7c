package demo

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"verso/faas"
)

// settings are those of a version, with an environment that hides nothing.
type settings struct {
	faas.Settings
	vars map[string]string
}

func firstSettings(f *function, runtime string, r *rand.Rand) settings {
	set := settings{vars: map[string]string{"LOG_LEVEL": "info", "REGION": "eu-north-1", "TABLE": f.plural}}
	set.Settings = faas.Settings{
		Runtime: runtime, Entrypoint: families()[f.family].entry, Memory: 128 * faas.MiB << r.IntN(2),
		Timeout: time.Duration(5+5*r.IntN(3)) * time.Second,
	}
	if f.trigger == "timer" {
		set.vars["SOURCE_URL"] = "https://" + f.plural + ".example.com/changes"
		set.Timeout *= 6
	}
	return set
}

func cloneSettings(set settings) settings {
	set.vars = maps.Clone(set.vars)
	return set
}

// environment are the variables as a form sends them.
func (set settings) environment() []faas.Variable {
	var rows []faas.Variable
	for _, name := range slices.Sorted(maps.Keys(set.vars)) {
		rows = append(rows, faas.Variable{Key: name, Value: faas.Secret(set.vars[name])})
	}
	return rows
}

// changeSettings makes one change that needs no new code, and returns what a person would write about it.
func changeSettings(set *settings, track []string, r *rand.Rand) string {
	changes := []func(*settings, *rand.Rand) string{changeMemory, changeTimeout, changeVariable, changeVariable, changeNetwork}
	if i := slices.Index(track, set.Runtime); i >= 0 && i < len(track)-1 && r.IntN(6) == 0 {
		set.Runtime = track[i+1]
		return fmt.Sprintf("Move from %s to %s", track[i], track[i+1])
	}
	for {
		if said := changes[r.IntN(len(changes))](set, r); said != "" {
			return said
		}
	}
}

func changeMemory(set *settings, r *rand.Rand) string {
	old := set.Memory
	if r.IntN(2) == 0 && old < 2*faas.GiB {
		set.Memory = old * 2
	} else if old > 128*faas.MiB {
		set.Memory = old / 2
	}
	switch {
	case set.Memory > old:
		return fmt.Sprintf("Give it %d MiB, %d were too few", set.Memory/faas.MiB, old/faas.MiB)
	case set.Memory < old:
		return fmt.Sprintf("%d MiB are enough", set.Memory/faas.MiB)
	}
	return ""
}

func changeTimeout(set *settings, r *rand.Rand) string {
	ladder := []int{3, 5, 10, 15, 30, 60, 120, 300}
	seconds := ladder[r.IntN(len(ladder))]
	old := int(set.Timeout.Seconds())
	if seconds == old {
		return ""
	}
	set.Timeout = time.Duration(seconds) * time.Second
	return fmt.Sprintf("Timeout %d s instead of %d s", seconds, old)
}

// changeVariable sets a variable that the code reads, to a value that everybody may see.
func changeVariable(set *settings, r *rand.Rand) string {
	values := map[string][]string{
		"LOG_LEVEL": {"debug", "info", "warn"}, "REGION": {"eu-north-1", "eu-central-1"}, "MAX_RECORDS": {"50", "200", "800"},
		"MAX_AGE_HOURS": {"24", "48", "96"}, "RANK_TOP": {"20", "40"}, "FEATURE_NEW_LABELS": {"on", "off"}, "TZ": {"UTC", "Europe/Stockholm"},
	}
	names := slices.Sorted(maps.Keys(values))
	name := names[r.IntN(len(names))]
	value := values[name][r.IntN(len(values[name]))]
	old, there := set.vars[name]
	switch {
	case !there:
		set.vars[name] = value
		return "Set " + name
	case old != value:
		set.vars[name] = value
		return "Change " + name
	case name == "LOG_LEVEL" || name == "REGION":
		return ""
	}
	delete(set.vars, name)
	return "Leave " + name + " to the default"
}

func changeNetwork(set *settings, r *rand.Rand) string {
	switch {
	case set.ServiceAccountID == "":
		set.ServiceAccountID = []string{"functions-runner", "functions-reader"}[r.IntN(2)]
		return "Run as " + set.ServiceAccountID
	case set.NetworkID == "":
		set.NetworkID, set.SubnetIDs = "net-internal", []string{"net-internal-a", "net-internal-b"}
		return "Connect it to the internal network"
	}
	return ""
}
