package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"verso/blob/blobtest"
)

// A running card asks for itself each second, rests while the tab is hidden, asks at once when it is looked at again,
// and stops when the operation is done.
func TestPolling(t *testing.T) {
	store := blobtest.S3(t)
	store.MakeBucket("releases")
	store.PutObject("releases", "a.zip", packed(t, 0, "index.js"))
	before := newGate(t, store.Endpoint)
	options := withBucket(store)
	options.Buckets["releases"] = strings.Replace(store.URL("releases"), escaped(store.Endpoint), escaped(before.URL), 1)
	s := Start(t, options)
	p := s.Page(t, Look{})
	p.makeFunction(s, "greeter")
	before.close()
	p.fromBucket(s, "greeter", "releases", "a.zip")
	p.submit()
	p.WaitFor("#operation[data-poll]")
	p.WaitUntil("it asks again and again", asked+` >= 2`)
	p.tabTo("#operation button")
	p.Eval(`performance.clearResourceTimings()`)
	p.WaitUntil("the card was replaced", asked+` >= 1`)
	p.focusIs(`document.activeElement.matches('#operation button')`)
	p.CheckLooks("operation-running")

	p.Eval(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }); document.dispatchEvent(new Event('visibilitychange'))`)
	time.Sleep(200 * time.Millisecond) // an answer may be on its way
	p.Eval(`performance.clearResourceTimings()`)
	time.Sleep(2200 * time.Millisecond)
	if got := Eval[int](p, asked); got != 0 {
		t.Errorf("the hidden tab asked %d times", got)
	}
	p.Eval(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))`)
	p.WaitUntil("it asks at once", asked+` >= 1`)
	before.open()
	p.ends("succeeded")
	p.Eval(`performance.clearResourceTimings()`)
	time.Sleep(1500 * time.Millisecond)
	if got := Eval[int](p, asked); got != 0 {
		t.Errorf("the finished card asked %d times", got)
	}

	// Cancelling, from the keyboard.
	before.close()
	p.fromBucket(s, "greeter", "releases", "a.zip")
	p.submit()
	p.WaitFor("#operation[data-poll]")
	p.tabTo("#operation button")
	p.Press(kb.Enter)
	p.WaitUntil("the page of the operation", `document.readyState === 'complete' && !!document.querySelector('h1.over')`)
	p.ends("cancelled")
	before.open()
	p.CheckLooks("operation-cancelled")
}

const asked = `performance.getEntriesByType('resource').filter((e) => e.name.includes('/operations/')).length`

// Going back behind a fragment shows whole pages.
func TestBack(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{})
	p.makeFunction(s, "another")
	p.makeFunction(s, "greeter")
	p.Open(s.functions())
	p.Fill("[data-search]", "greet")
	p.WaitUntil("the list is filtered", `location.search.includes('greet') && document.querySelectorAll('[data-row]').length === 1`)
	p.Click("[data-row] a")
	p.WaitText("h1", "greeter")
	p.Back()
	p.WaitUntil("the filtered list is whole", `location.search.includes('greet') && !!document.querySelector('header.top') && document.querySelectorAll('[data-row]').length === 1`)
	p.Eval(`history.back()`)
	p.WaitUntil("the whole list is whole", `!location.search && !!document.querySelector('header.top') && document.querySelectorAll('[data-row]').length === 2`)

	p.Open(s.newVersion("greeter", ""))
	p.Files("#package", onDisk(t, "greeter.zip", packed(t, 0, "index.js")))
	p.settings()
	p.submit()
	p.ends("succeeded")
	p.WaitUntil("the address is the operation's", `location.pathname.startsWith('/operations/')`)
	p.Eval(`history.back()`)
	p.WaitUntil("the form is whole", `!!document.querySelector('header.top') && !!document.querySelector('#version-form #package')`)
	p.Eval(`history.forward()`)
	p.WaitUntil("the operation is whole", `!!document.querySelector('header.top') && document.querySelector('#operation')?.dataset.state === 'succeeded'`)
}
