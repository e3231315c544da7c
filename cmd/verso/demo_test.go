package main

import (
	"bytes"
	"strings"
	"testing"

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

func TestTheDemoRepeatsNoPassword(t *testing.T) {
	c := demoCommand{settings{location: location{Data: "./demo", DatabaseURL: "postgres://u:canary@h/d"}, BlobURL: "s3://canary:canary@b"}}
	for _, command := range []string{"serve", "user passwd ann --password-stdin"} {
		line := c.again(command)
		if strings.Contains(line, "canary") || !strings.Contains(line, " "+command+` --data "./demo" --database-url …`) || strings.Contains(line, "--blob-url") != (command == "serve") {
			t.Errorf("it says %s", line)
		}
	}
}
