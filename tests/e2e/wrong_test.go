package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
)

// mistake is one wrong value of the form for a new version.
type mistake struct {
	field  string // beside which the sentence stands
	at     string // the control; #field when empty
	value  string
	say    string
	server bool // only the server can know
	always bool // the page knows it even when it has forgotten the limits
}

// uploadMistakes are every field of the upload's form, wrong in turn; the rest of the form is right.
func uploadMistakes() []mistake {
	return []mistake{
		{field: "runtime", value: "", say: "Choose a runtime."},
		{field: "runtime", value: "cobol60", say: `The runtime "cobol60" is not known`, server: true},
		{field: "entrypoint", value: "", say: "Enter the entrypoint"},
		{field: "entrypoint", value: strings.Repeat("x", 257), say: "256", always: true},
		{field: "entrypoint", value: "main.handler", say: "The package has no file main.js", always: true},
		{field: "memory", value: "100", say: "Memory must be 128 to 8192 MiB.", server: true},
		{field: "timeout", value: "0", say: "The timeout must be 1 to 3600"},
		{field: "timeout", value: "", say: "The timeout must be 1 to 3600"},
		{field: "service_account", value: "a b", say: "The service account id may have letters"},
		{field: "environment", at: "[name=env_key]", value: "1A", say: `The variable name "1A" is not allowed`},
		{field: "environment", at: "[name=env_key]", value: "", say: "A variable has a value and no name", always: true},
		{field: "environment", at: "[name=env_value]", value: strings.Repeat("x", 4097), say: "4096"},
		{field: "network", value: "/", say: "The network id may have letters"},
		{field: "network", value: "", say: "Subnets need a network id", server: true},
		{field: "subnets", value: "/", say: "The subnet id may have letters"},
		{field: "subnets", value: "a\na", say: "Subnets must be named once each", server: true},
		{field: "description", value: strings.Repeat("x", 601), say: "600"},
		{field: "tags", value: "Prod", say: "start with a lower-case letter"},
		{field: "tags", value: "prod prod", say: `The tag "prod" is named twice.`, server: true},
	}
}

// beside is the field at which the sentence must be found; the one about subnets is beside the subnets.
func (m mistake) beside() string {
	if strings.HasPrefix(m.say, "Subnets") {
		return "subnets"
	}
	return m.field
}

func (m mistake) control() string {
	if m.at != "" {
		return m.at
	}
	return "#" + m.field
}

func (m mistake) name() string {
	return fmt.Sprintf("%s=%.12q", m.field, m.value)
}

// Each field wrong in turn: its sentence beside it, the rest of the form kept, the file too, and once all is right the
// version is made of the file that was chosen in the beginning.
func TestWrongFields(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{})
	p.Expect(http.StatusUnprocessableEntity)
	p.makeFunction(s, "greeter")
	p.fillUpload(s)
	for _, m := range uploadMistakes() {
		p.makeMistake(m, p.submit)
	}
	// A page that was opened under other limits than the server's present ones sends what the server must refuse.
	for _, m := range uploadMistakes() {
		if !m.always {
			p.makeMistake(m, p.sendRefused)
		}
	}
	p.submit()
	p.ends("succeeded")
}

func TestWrongFieldsWithoutScript(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{NoScript: true})
	p.Expect(http.StatusUnprocessableEntity)
	p.makeFunction(s, "greeter")
	p.fillUpload(s)
	for _, m := range uploadMistakes() {
		// The browser itself would stop most of them; what counts here is the server's answer.
		p.makeMistake(m, p.sendRefused)
		p.WaitText(".kept", "greeter.zip")
		if !strings.HasPrefix(p.Value("[name=env_draft]"), "s1.") || (m.field != "environment" && p.Value("[name=env_value]") != "") {
			t.Errorf("%s: the value of the environment is not kept under its seal alone", m.name())
		}
	}
	p.submit()
	p.ends("succeeded")
	p.Click("#operation .button.first")
	p.WaitText("main", "greeter.zip")
	p.reveal(s, "greeter", "1", "REGION")
	p.WaitText("main pre", "eu")
}

// Fields of the other two sources, and what is wrong with the file itself.
func TestWrongSources(t *testing.T) {
	s := Start(t, Options{
		Buckets: map[string]string{"releases": "s3://releases?endpoint=http://127.0.0.1:1&path-style=true"},
		Env:     []string{"AWS_ACCESS_KEY_ID=nobody", "AWS_SECRET_ACCESS_KEY=nothing"},
	})
	noZip := onDisk(t, "notes.zip", []byte(strings.Repeat("no zip at all. ", 10)))
	for _, look := range []Look{{}, {NoScript: true}} {
		t.Run(look.String(), func(t *testing.T) {
			p := s.Page(t, look)
			p.Expect(http.StatusUnprocessableEntity)
			name := "sources-" + map[bool]string{false: "on", true: "off"}[look.NoScript]
			p.makeFunction(s, name)
			p.Open(s.newVersion(name, "?source=bucket"))
			p.settings()
			p.set("#bucket", "releases")
			p.set("#object", "a.zip")
			for _, m := range []mistake{
				{field: "bucket", value: "", say: "Choose a bucket."},
				{field: "bucket", value: "other", say: `The bucket "other" is not connected`, server: true},
				{field: "object", value: "", say: "Enter the object's name"},
				{field: "object", value: "../a.zip", say: "must not contain the parts", server: true},
				{field: "sha256", value: "abc", say: "64 hexadecimal digits"},
			} {
				p.makeMistake(m, p.sendRefused)
				if !m.server && !look.NoScript {
					p.makeMistake(m, p.submit)
				}
			}
			p.Open(s.newVersion(name, "?source=copy"))
			p.settings()
			p.forgetLimits()
			p.submit()
			p.WaitText("#problem-copy", "Choose the version to copy.")

			p.Open(s.newVersion(name, ""))
			p.settings()
			p.forgetLimits()
			p.submit()
			p.WaitText("#problem-package", "Choose the zip file to upload.")
			p.Files("#package", noZip)
			p.submit()
			p.WaitText("#problem-package", "is not a zip file")
			if got := p.Value("#entrypoint"); got != "index.handler" {
				t.Errorf("the entrypoint is %q now", got)
			}
		})
	}
}

// The form of a function says what is wrong with its name and labels in the same way.
func TestWrongFunction(t *testing.T) {
	s := Start(t, Options{})
	for _, look := range []Look{{}, {NoScript: true}} {
		p := s.Page(t, look)
		p.Expect(http.StatusUnprocessableEntity, http.StatusConflict)
		p.makeFunction(s, "taken-"+look.String())
		p.Open(s.functions() + "/new")
		p.set("#name", "greeter")
		p.set("#labels", "team=billing")
		for _, m := range []mistake{
			{field: "name", value: "", say: "name"},
			{field: "name", value: "Greeter", say: "lower-case"},
			{field: "name", value: "taken-" + look.String(), say: "taken", server: true},
			{field: "description", value: strings.Repeat("x", 601), say: "600"},
			{field: "labels", value: "team", say: "key=value"},
		} {
			send := p.submit
			if look.NoScript || m.server {
				send = p.sendRefused
			}
			p.makeMistake(m, send)
		}
	}
}

// fillUpload opens the form for a first version and fills every field of it rightly.
func (p *Page) fillUpload(s *Server) {
	p.t.Helper()
	p.Open(s.newVersion("greeter", ""))
	p.Files("#package", onDisk(p.t, "greeter.zip", packed(p.t, 0, "index.js")))
	for at, value := range map[string]string{
		"#runtime": "nodejs22", "#entrypoint": "index.handler", "#memory": "256", "#timeout": "30", "#service_account": "aje1",
		"[name=env_key]": "REGION", "[name=env_value]": "eu", "#network": "net1", "#subnets": "sub1\nsub2",
		"#description": "first", "#tags": "prod beta",
	} {
		p.set(at, value)
	}
}

// makeMistake puts a wrong value in, sends the form, wants the sentence beside its field and in the summary and all
// other fields as they were, and puts the right value back.
func (p *Page) makeMistake(m mistake, send func()) {
	p.t.Helper()
	if m.field == "environment" && p.look.NoScript {
		p.set("[name=env_value]", "eu") // the last answer brought no value back, only its seal
	}
	right := p.Value(m.control())
	p.set(m.control(), m.value)
	before := p.typed()
	p.forgetSentences()
	send()
	p.WaitText("#problem-"+m.beside(), m.say)
	p.WaitText("#problems", m.say)
	after := p.typed()
	if m.server { // what no list offers cannot be shown again
		delete(before, m.field)
		delete(after, m.field)
	}
	if !maps.Equal(before, after) {
		p.t.Errorf("%s: the form held %.20q and holds %.20q now", m.name(), before, after)
	}
	if got := Eval[int](p, `[...document.querySelectorAll('[data-field] .problem')].filter((e) => e.textContent).length`); got != 1 {
		p.t.Errorf("%s: %d fields have a sentence", m.name(), got)
	}
	if m.field != "environment" && !Eval[bool](p, `document.querySelector(`+quoted("#field-"+m.beside())+`).querySelector('[aria-invalid=true]') !== null`) {
		p.t.Errorf("%s: no control says that it is wrong", m.name())
	}
	p.set(m.control(), right)
}

// typed is what the form's controls hold. A chosen file and values of the environment count where a script can keep them.
func (p *Page) typed() map[string]string {
	p.t.Helper()
	files := ` && c.type !== 'file' && c.name !== 'env_value'`
	if !p.look.NoScript {
		files = ""
	}
	return Eval[map[string]string](p, `(() => {
		const held = {};
		for (const c of document.querySelectorAll('[data-field] :is(input, select, textarea)')) {
			if (c.name && c.type !== 'hidden'`+files+`) held[c.name] = ((held[c.name] ?? '') + ' ' + c.value).trim(); // whatever rows are empty
		}
		return held;
	})()`)
}

// forgetLimits takes the limits off the form, so that it is sent with whatever it holds.
func (p *Page) forgetLimits() {
	p.t.Helper()
	p.Eval(`for (const c of document.querySelectorAll('[data-field] :is(input, select, textarea)')) {
		for (const name of ['required', 'pattern', 'min', 'max', 'step', 'minlength', 'maxlength', 'data-pattern', 'data-max']) c.removeAttribute(name);
		if (c.type === 'number') c.type = 'text';
	}`)
}

// forgetSentences empties whatever the page says is wrong, so that nobody takes it for the next answer.
func (p *Page) forgetSentences() {
	p.t.Helper()
	p.Eval(`for (const e of document.querySelectorAll('#problems, [data-field] .problem')) e.replaceChildren();`)
}

// sendRefused sends the form whatever it holds, and wants the server to refuse it.
func (p *Page) sendRefused() {
	p.t.Helper()
	before := p.Refusals()
	p.forgetLimits()
	p.submit()
	p.Until("the server has refused the form", func() bool { return p.Refusals() > before })
	p.WaitUntil("the page says what is wrong", `!!document.querySelector('#problems')?.textContent.trim()`)
}
