package views

import (
	"strings"

	"verso/views/ui"
)

// agentNames are the browsers that people use, by the word in their name for themselves. The order matters: nearly all of
// them also call themselves Chrome, and Chrome calls itself Safari.
var agentNames = [...][2]string{ //nolint:gochecknoglobals // a constant table
	{"Edg/", "Edge"},
	{"OPR/", "Opera"},
	{"SamsungBrowser/", "Samsung Internet"},
	{"Firefox/", "Firefox"},
	{"FxiOS/", "Firefox"},
	{"CriOS/", "Chrome"},
	{"HeadlessChrome/", "Chrome without a window"},
	{"Chrome/", "Chrome"},
	{"Version/", "Safari"},
}

// agentSystems are the systems, the more telling word first: Android also calls itself Linux.
var agentSystems = [...][2]string{ //nolint:gochecknoglobals // a constant table
	{"Android", "Android"},
	{"iPhone", "iOS"},
	{"iPad", "iPadOS"},
	{"Windows", "Windows"},
	{"Macintosh", "macOS"},
	{"CrOS", "ChromeOS"},
	{"Linux", "Linux"},
}

// browser is what a browser calls itself, in the words of people: "Firefox 145 on Linux". What it does not know for a
// browser stays as it is, cut where nobody reads on.
func browser(agent string) string {
	if agent == "" {
		return "unnamed"
	}
	system := ""
	for _, s := range agentSystems {
		if strings.Contains(agent, s[0]) {
			system = s[1]
			break
		}
	}
	for _, name := range agentNames {
		_, rest, found := strings.Cut(agent, name[0])
		if !found || system == "" || !strings.HasPrefix(agent, "Mozilla/5.0 (") || name[1] == "Safari" && !strings.Contains(agent, "Safari/") {
			continue
		}
		if major := digitsOf(rest); major != "" {
			return name[1] + " " + major + " on " + system
		}
	}
	return ui.Line(agent, 60)
}

// digitsOf are the digits that a text begins with, as far as a version can have them.
func digitsOf(text string) string {
	const most = 4
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	if n > most {
		return ""
	}
	return text[:n]
}
