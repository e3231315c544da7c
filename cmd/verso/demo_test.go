package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"verso/cmd/verso/demo"
)

// The password of a demo stands in one line, and whoever can sign in below it.
func TestTheDemoTellsWhoCanSignIn(t *testing.T) {
	var out bytes.Buffer
	demoCommand{}.tellEntry(&out, "plumbago tent six")
	text := out.String()
	if strings.Count(text, "plumbago tent six") != 1 || !strings.Contains(text, "  "+demo.Administrator()+" (administrator, default owner)\n") ||
		!strings.Contains(text, "  tomas.berg (default lead, billing-eu developer)\n") {
		t.Errorf("it says\n%s", text)
	}
}

// The documents list the same people with the same roles.
func TestThePeopleOfTheDemoAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range demo.Names() {
		name, what, _ := strings.Cut(strings.TrimSuffix(entry, ")"), " (")
		if row := "| `" + name + "` | " + what + " |"; !strings.Contains(string(text), row) {
			t.Errorf("docs/operations.md lacks the row %s", row)
		}
	}
}

// What make demo serves at once needs no word on how to serve it.
func TestTheDemoSaysHowToServeItUnlessItIsServed(t *testing.T) {
	for served, want := range map[bool]int{false: 1, true: 0} {
		var out bytes.Buffer
		c := demoCommand{settings: settings{location: location{Data: "./demo"}}, Served: served}
		c.tellDone(&out, demo.Totals{Functions: 47, Entry: "plumbago tent six"}, time.Second)
		text := out.String()
		if strings.Count(text, " serve --data") != want || !strings.Contains(text, "47 functions") || strings.Contains(text, "plumbago") {
			t.Errorf("served %v: it says\n%s", served, text)
		}
	}
}

func TestTheDemoRepeatsNoPassword(t *testing.T) {
	c := demoCommand{settings: settings{location: location{Data: "./demo", DatabaseURL: "postgres://u:canary@h/d"}, BlobURL: "s3://canary:canary@b"}}
	for _, command := range []string{"serve", "user passwd ann --password-stdin"} {
		line := c.again(command)
		if strings.Contains(line, "canary") || !strings.Contains(line, " "+command+` --data "./demo" --database-url …`) || strings.Contains(line, "--blob-url") != (command == "serve") {
			t.Errorf("it says %s", line)
		}
	}
}
