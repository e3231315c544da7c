package e2e

import (
	"testing"

	"verso/blob/blobtest"
)

// The same story with JavaScript switched off: every action is a real form on a real page.
func TestStoryWithoutScript(t *testing.T) {
	store := blobtest.S3(t)
	store.MakeBucket("releases")
	tellStory(t, store, "", Look{NoScript: true})
}

// More rows of the environment come from the server, and a double click on the button makes one version.
func TestWithoutScript(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{NoScript: true})
	p.makeFunction(s, "greeter")
	p.Open(s.newVersion("greeter", ""))
	p.Fill("[name=env_key]", "REGION")
	p.Click("[name=action][value=rows]")
	p.WaitUntil("there is another row", `document.querySelectorAll('[data-env-row]').length >= 2`)
	if got := p.Value("[name=env_key]"); got != "REGION" {
		t.Errorf("the first row's name is %q", got)
	}
	p.Files("#package", onDisk(t, "greeter.zip", packed(t, 0, "index.js")))
	p.settings()
	p.doubleClick("[data-submit]")
	p.ends("succeeded")
	p.Open(s.function("greeter") + "/versions")
	if got := p.numbers(); got != "#1" {
		t.Errorf("the versions are %q", got)
	}
	p.Open(s.function("greeter") + "/versions/1")
	p.WaitText("main", "REGION")
}
