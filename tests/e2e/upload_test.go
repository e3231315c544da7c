package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
)

// A large upload shows how far it is and can be cancelled; sent again it becomes a version whose sha-256 is the one
// that the browser computed.
func TestUploadProgress(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{})
	p.makeFunction(s, "greeter")
	p.Open(s.newVersion("greeter", ""))
	p.Files("#package", onDisk(t, "large.zip", packed(t, 20<<20, "index.js")))
	p.settings()
	p.WaitText("[data-package-report]", "index.js found")
	p.slow(4 << 20)
	p.submit()
	p.WaitUntil("the bar moves", `(() => { const v = document.querySelector('progress').value; return v > 5 && v < 100; })()`)
	text := p.Text("[data-progress-text]")
	for _, want := range []string{"MiB of 20 MiB", " %", "/s"} {
		if !strings.Contains(text, want) {
			t.Errorf("the progress says %q without %q", text, want)
		}
	}
	if Eval[bool](p, `!document.querySelector('[data-submit]').disabled`) {
		t.Error("the form can be sent while it is being sent")
	}
	for _, line := range p.Violations() {
		t.Errorf("while sending: %s", line)
	}
	p.Shoot("version-new-sending")
	p.Click("[data-upload-cancel]")
	p.WaitText("#problems", "Upload cancelled")
	if got := Eval[string](p, `document.querySelector('#package').files[0].name`); got != "large.zip" {
		t.Errorf("after cancelling the file is %q", got)
	}
	p.slow(0)
	p.submit()
	p.ends("succeeded")
	p.WaitText("#operation [data-match]", "The sha-256 matches what this browser computed before sending.")
	p.WaitText("#operation .result", "#1")
	p.Shoot("operation-matches")
}

// Wrong kinds of file are refused before a byte is sent, and a right one takes the sentence away.
func TestUploadRefusedInTheBrowser(t *testing.T) {
	s := Start(t, Options{Args: []string{"--limit-upload", "1MiB", "--limit-entries", "3", "--limit-unpacked", "2MiB"}})
	p := s.Page(t, Look{})
	p.makeFunction(s, "greeter")
	p.Open(s.newVersion("greeter", ""))
	p.settings()
	good := packed(t, 0, "index.js")
	for _, wrong := range []struct {
		name string
		data []byte
		say  string
	}{
		{"notes.txt", []byte(strings.Repeat("no zip at all. ", 10)), "notes.txt is not a zip file."},
		{"empty.zip", nil, "empty.zip is not a zip file."},
		{"code.tar.gz", append([]byte{0x1f, 0x8b}, good...), "is not a zip file."},
		{"cut.zip", good[:len(good)-30], "The zip is cut off or damaged."},
		{"none.zip", append([]byte("PK\x05\x06"), make([]byte, 18)...), "The zip is empty."},
		{"large.zip", packed(t, 1<<20, "index.js"), "The package has 1 MiB; 1 MiB are allowed."},
		{"many.zip", packed(t, 0, "index.js", "a.js", "b.js", "c.js"), "The package has 4 entries; 3 are allowed."},
	} {
		p.Files("#package", onDisk(t, wrong.name, wrong.data))
		p.WaitText("#problem-package", wrong.say)
		p.submit()
		p.WaitText("#problems", wrong.say)
	}
	p.Files("#package", onDisk(t, "folder.zip", packed(t, 0, "code/index.js")))
	p.WaitText("#problem-entrypoint", "index.js lies in code/; files must lie at the top of the zip.")
	p.WaitText("[data-package-report]", " is missing")
	p.Shoot("version-new-refused")
	p.Files("#package", onDisk(t, "good.zip", good))
	p.WaitUntil("the summary is gone too", `document.querySelector('#problems').hidden`)
	p.WaitUntil("nothing is wrong any more", `![...document.querySelectorAll('[data-field] .problem')].some((e) => e.textContent)`)
	if strings.Contains(s.Log(), `"method":"POST","path":"/projects/default/functions/greeter/versions"`) {
		t.Error("a wrong file was sent to the server")
	}
	p.submit()
	p.ends("succeeded")
}

// A file that is dropped onto the zone is chosen, and two clicks on the button make one version.
func TestDropAndDoubleClick(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{})
	p.makeFunction(s, "greeter")
	p.Open(s.newVersion("greeter", ""))
	p.settings()
	path := onDisk(t, "dropped.zip", packed(t, 0, "index.js"))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p.Eval(`const carried = new DataTransfer();
		carried.items.add(new File([Uint8Array.from(atob(` + quoted(base64Of(data)) + `), (c) => c.charCodeAt(0))], 'dropped.zip'));
		for (const kind of ['dragover', 'drop']) document.querySelector('[data-drop]').dispatchEvent(
			new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));`)
	p.WaitText("[data-package-report]", "dropped.zip")
	p.doubleClick("[data-submit]")
	p.ends("succeeded")
	p.Open(s.function("greeter") + "/versions")
	if got := p.numbers(); got != "#1" {
		t.Errorf("the versions are %q", got)
	}
}

// slow limits how fast the window may send, in bytes a second; 0 lifts the limit.
func (p *Page) slow(rate float64) {
	p.t.Helper()
	var rules []*network.Conditions
	if rate > 0 {
		rules = append(rules, &network.Conditions{DownloadThroughput: -1, UploadThroughput: rate})
	}
	call(p, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules})
}
