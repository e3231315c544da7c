package e2e

import (
	"net/http"
	"strings"
	"testing"

	"verso/blob/blobtest"
)

// What may be wrong with a bucket's object, each with a sentence of its own: before the form is sent, when it is sent,
// and while the operation runs.
func TestBucketObjects(t *testing.T) {
	store := blobtest.S3(t)
	store.MakeBucket("releases")
	before := newGate(t, store.Endpoint)
	options := withBucket(store)
	options.Buckets["forbidden"] = store.URL("releases")
	options.Buckets["slow"] = strings.Replace(store.URL("releases"), escaped(store.Endpoint), escaped(before.URL), 1)
	options.Env = append(options.Env, "VERSO_BUCKET_FORBIDDEN_ACCESS_KEY_ID="+store.StrangerAccessKey,
		"VERSO_BUCKET_FORBIDDEN_SECRET_ACCESS_KEY="+store.StrangerSecretKey)
	s := Start(t, options)
	store.PutObject("releases", "a.zip", packed(t, 0, "index.js"))
	store.PutObject("releases", "other.zip", packed(t, 0, "main.js"))
	store.PutObject("releases", "notes.txt", []byte(strings.Repeat("not a zip. ", 20)))

	for _, look := range []Look{{}, {NoScript: true}} {
		t.Run(look.String(), func(t *testing.T) {
			p := s.Page(t, look)
			p.Expect(http.StatusUnprocessableEntity, http.StatusForbidden, http.StatusNotFound, http.StatusConflict)
			name := "bucket-" + strings.TrimPrefix(look.String(), "1280-light")
			name = strings.ReplaceAll(name, "--", "-") + "x"
			p.makeFunction(s, name)
			p.refuseObjects(s, name)
			p.failObjects(s, name)
			p.changeObjects(s, name, store, before)
		})
	}
}

// fromBucket opens the form and names an object.
func (p *Page) fromBucket(s *Server, name, bucket, object string) {
	p.t.Helper()
	p.Open(s.newVersion(name, "?source=bucket"))
	p.settings()
	p.Choose("#bucket", bucket)
	p.Fill("#object", object)
}

// refuseObjects wants objects that cannot be read to be refused by the check and by the form.
func (p *Page) refuseObjects(s *Server, name string) {
	p.t.Helper()
	for _, wrong := range []struct{ bucket, object, say string }{
		{"releases", "gone.zip", `There is no object "gone.zip" in the bucket releases.`},
		{"forbidden", "a.zip", `The server's keys may not read the object "a.zip" in the bucket forbidden.`},
	} {
		p.fromBucket(s, name, wrong.bucket, wrong.object)
		p.Click("[formaction]")
		p.WaitText("#object-report", wrong.say)
		p.submit()
		p.WaitText("#problem-object", wrong.say)
		p.WaitText("#problems", wrong.say)
		if got := p.Value("#entrypoint") + " " + p.Value("#object"); got != "index.handler "+wrong.object {
			p.t.Errorf("%s: the form holds %q now", wrong.object, got)
		}
	}
}

// failObjects wants the operation to fail with its own sentence when the bytes are not what was said of them, and the
// same form to succeed once that is corrected.
func (p *Page) failObjects(s *Server, name string) {
	p.t.Helper()
	for _, wrong := range []struct{ object, sha256, say, stage string }{
		{"a.zip", strings.Repeat("0", 64), "but " + strings.Repeat("0", 64) + " was expected", ""},
		{"other.zip", "", "The package has no file index.js or index.mjs", ""},
		{"notes.txt", "", "zip", "Package checked"},
	} {
		p.fromBucket(s, name, "releases", wrong.object)
		p.Fill("#sha256", wrong.sha256)
		p.submit()
		p.ends("failed")
		p.WaitText("#operation .cause", wrong.say)
		p.WaitText("#operation .stages .failed", wrong.stage)
	}
	p.Click("#operation .button.first")
	p.WaitFor("#object")
	if got := p.Value("#object") + " " + p.Value("#entrypoint") + " " + p.Value("#bucket"); got != "notes.txt index.handler releases" {
		p.t.Errorf("the form to try again holds %q", got)
	}
	p.Fill("#object", "a.zip")
	p.submit()
	p.ends("succeeded")
	p.WaitText("#operation .result", "#1") // the failed ones took no number
}

// checkObject asks what is known of the object, and waits for the answer to this question and not to the last.
func (p *Page) checkObject() {
	p.t.Helper()
	p.Eval(`document.querySelector('#object-report').replaceChildren()`)
	p.Click("[formaction]")
	p.WaitText("#object-report", "Last modified")
}

// changeObjects replaces an object behind the check, and behind the form.
func (p *Page) changeObjects(s *Server, name string, store *blobtest.Server, before *gate) {
	p.t.Helper()
	store.PutObject("releases", "moving.zip", packed(p.t, 1, "index.js"))
	p.fromBucket(s, name, "slow", "moving.zip")
	p.checkObject()
	store.PutObject("releases", "moving.zip", packed(p.t, 2, "index.js"))
	p.submit()
	p.WaitText("#problem-object", "The object has changed since you checked it.")
	p.checkObject()

	before.close()
	p.submit()
	p.WaitFor("#operation[data-poll]")
	store.PutObject("releases", "moving.zip", packed(p.t, 3, "index.js"))
	before.open()
	p.ends("failed")
	p.WaitText("#operation .cause", `The object "moving.zip" in the bucket slow was changed after it was checked.`)
}
