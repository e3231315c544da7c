package demo

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"verso/faas"
)

func firstSettings(f *function, runtime string, r *rand.Rand) faas.Settings {
	set := faas.Settings{
		Runtime: runtime, Entrypoint: families()[f.family].entry, Memory: 128 * faas.MiB << r.IntN(2),
		Timeout: time.Duration(5+5*r.IntN(3)) * time.Second, Environment: map[string]string{"LOG_LEVEL": "info", "REGION": "eu-north-1", "TABLE": f.plural},
	}
	if f.trigger == "timer" {
		set.Environment["SOURCE_URL"] = "https://" + f.plural + ".example.com/changes"
		set.Timeout *= 6
	}
	return set
}

func cloneSettings(set faas.Settings) faas.Settings {
	set.Environment = maps.Clone(set.Environment)
	return set
}

// changeSettings makes one change that needs no new code, and returns what a person would write about it.
func changeSettings(set *faas.Settings, track []string, r *rand.Rand) string {
	changes := []func(*faas.Settings, *rand.Rand) string{changeMemory, changeTimeout, changeVariable, changeVariable, changeNetwork}
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

func changeMemory(set *faas.Settings, r *rand.Rand) string {
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

func changeTimeout(set *faas.Settings, r *rand.Rand) string {
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
func changeVariable(set *faas.Settings, r *rand.Rand) string {
	values := map[string][]string{
		"LOG_LEVEL": {"debug", "info", "warn"}, "REGION": {"eu-north-1", "eu-central-1"}, "MAX_RECORDS": {"50", "200", "800"},
		"MAX_AGE_HOURS": {"24", "48", "96"}, "RANK_TOP": {"20", "40"}, "FEATURE_NEW_LABELS": {"on", "off"}, "TZ": {"UTC", "Europe/Stockholm"},
	}
	names := slices.Sorted(maps.Keys(values))
	name := names[r.IntN(len(names))]
	value := values[name][r.IntN(len(values[name]))]
	old, there := set.Environment[name]
	switch {
	case !there:
		set.Environment[name] = value
		return "Set " + name
	case old != value:
		set.Environment[name] = value
		return "Change " + name
	case name == "LOG_LEVEL" || name == "REGION":
		return ""
	}
	delete(set.Environment, name)
	return "Leave " + name + " to the default"
}

func changeNetwork(set *faas.Settings, r *rand.Rand) string {
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
