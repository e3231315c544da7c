package faas

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// What environment keys and other short names look like; the browser checks the same patterns.
const (
	EnvironmentKeyPattern = `[a-zA-Z][a-zA-Z0-9_]*`
	AccountPattern        = `[a-zA-Z0-9][-_.a-zA-Z0-9]{0,99}`
)

var (
	environmentKeyRE = regexp.MustCompile(`^` + EnvironmentKeyPattern + `$`)
	accountRE        = regexp.MustCompile(`^` + AccountPattern + `$`)
)

const entrypointRunes = 256

// Check returns every problem with the settings of a new version. Fields: "runtime", "entrypoint", "memory", "timeout",
// "service_account", "network", "subnets". The environment is sealed by then; CheckEnvironment looks at it before.
func (s Settings) Check(l Limits) error {
	var p Problems
	p.Merge(checkRuntime(s.Runtime))
	p.Merge(checkEntrypoint(s.Entrypoint))
	p.Merge(checkMemory(s.Memory, l))
	p.Merge(checkTimeout(s.Timeout, l))
	p.Merge(checkAccount("service_account", "service account id", s.ServiceAccountID))
	p.Merge(checkAccount("network", "network id", s.NetworkID))
	p.Merge(checkSubnets(s.NetworkID, s.SubnetIDs))
	return p.Err()
}

func checkRuntime(id string) error {
	if id == "" {
		return Invalidf("runtime", "Choose a runtime.")
	}
	if _, ok := RuntimeByID(id); !ok {
		return Invalidf("runtime", "The runtime %q is not known; choose one from the list.", id)
	}
	return nil
}

func checkEntrypoint(entry string) error {
	if strings.TrimSpace(entry) == "" {
		return Invalidf("entrypoint", "Enter the entrypoint, for example index.handler.")
	}
	if err := checkOneLine("entrypoint", "The entrypoint", entry); err != nil {
		return err
	}
	return CheckText("entrypoint", "The entrypoint", entry, entrypointRunes)
}

func checkMemory(bytes int64, l Limits) error {
	if bytes < l.MemoryMin || bytes > l.MemoryMax {
		return Invalidf("memory", "Memory must be %d to %d MiB.", l.MemoryMin/MiB, l.MemoryMax/MiB)
	}
	if bytes%l.MemoryStep != 0 {
		return Invalidf("memory", "Memory must be a multiple of %d MiB.", l.MemoryStep/MiB)
	}
	return nil
}

func checkTimeout(d time.Duration, l Limits) error {
	if d < l.TimeoutMin || d > l.TimeoutMax {
		return Invalidf("timeout", "The timeout must be %d to %d, in whole seconds.", int(l.TimeoutMin.Seconds()), int(l.TimeoutMax.Seconds()))
	}
	return nil
}

func checkAccount(field, label, id string) error {
	if id != "" && !accountRE.MatchString(id) {
		return Invalidf(field, "The %s may have letters, digits, hyphens, dots and underscores, 100 characters at most.", label)
	}
	return nil
}

// CheckEnvironment returns every problem with the environment of a new version; the field is "environment".
func CheckEnvironment(env map[string]Secret, l Limits) error {
	var p Problems
	if len(env) > l.EnvironmentKeys {
		p.Add("environment", "There are %d variables; %d are allowed.", len(env), l.EnvironmentKeys)
	}
	for _, key := range slices.Sorted(maps.Keys(env)) {
		p.Merge(checkVariable(key, string(env[key]), l))
	}
	return p.Err()
}

// checkVariable never repeats the value: it may be a secret.
func checkVariable(key, value string, l Limits) error {
	if !environmentKeyRE.MatchString(key) || len(key) > 255 {
		return Invalidf("environment", "The variable name %q is not allowed: start with a letter, then letters, digits and underscores, 255 characters at most.", key)
	}
	if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
		return Invalidf("environment", "The value of %s must be UTF-8 text without NUL characters.", key)
	}
	if n := utf8.RuneCountInString(value); n > l.EnvironmentRunes {
		return Invalidf("environment", "The value of %s has %d characters; %d are allowed.", key, n, l.EnvironmentRunes)
	}
	return nil
}

func checkSubnets(network string, subnets []string) error {
	var p Problems
	if len(subnets) > 0 && network == "" {
		p.Add("subnets", "Subnets need a network id; enter the network they belong to.")
	}
	seen := map[string]bool{}
	for _, id := range subnets {
		if id == "" || seen[id] {
			p.Add("subnets", "Subnets must be named once each, and not be empty.")
		}
		p.Merge(checkAccount("subnets", "subnet id", id))
		seen[id] = true
	}
	return p.Err()
}
