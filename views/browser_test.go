package views_test

import (
	"strings"
	"testing"

	"verso/faas"
	"verso/views"
)

// Browsers are named as people call them; nothing is made up about what is none.
func TestBrowsersAreNamed(t *testing.T) {
	const blink = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
	long := strings.Repeat("robot ", 40)
	for agent, want := range map[string]string{
		blink + "Chrome/156.0.0.0 Safari/537.36":         "Chrome 156 on Linux",
		blink + "HeadlessChrome/156.0.0.0 Safari/537.36": "Chrome without a window 156 on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.1":              "Edge 156 on Windows",
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36":                          "Chrome 156 on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0":                                                     "Firefox 145 on macOS",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15":                    "Safari 26 on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0.1 Mobile/15E148 Safari/604.1": "Chrome 156 on iOS",
		"":                                       "unnamed",
		"curl/8.5.0 (Linux)":                     "curl/8.5.0 (Linux)",
		"Chrome/156 Linux":                       "Chrome/156 Linux",
		"Mozilla/5.0 (X11; Linux) Chrome/<b>156": "Mozilla/5.0 (X11; Linux) Chrome/<b>156",
		"Mozilla/5.0 (X11; Linux) Chrome/12345 x": "Mozilla/5.0 (X11; Linux) Chrome/12345 x",
		long: "",
	} {
		p := views.SessionListProps{Page: page(), List: []faas.Session{{ID: "s1", Agent: agent}}, Current: "s1"}
		cell := one(t, parse(t, views.SessionList(p)), ".sessions tbody th p")
		got := text(cell)
		if attr(cell, "title") != agent || agent != long && got != want {
			t.Errorf("%q is called %q, title %q", agent, got, attr(cell, "title"))
		}
		if agent == long && (!strings.HasPrefix(got, "robot robot ") || len([]rune(got)) > 61) {
			t.Errorf("a long one is %q", got)
		}
	}
}
