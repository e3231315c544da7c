package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Page is one private window. Every step waits until it can be done and fails the test when that takes too long;
// selectors are CSS and mean the first match.
type Page struct {
	t    *testing.T
	ctx  context.Context //nolint:containedctx // chromedp's handle on the window is a context
	look Look

	mu       sync.Mutex
	noise    []string
	expected map[int64]bool    // statuses of failed answers that the flow provokes
	answers  map[int64]int     // how many answers had a status
	policies map[string]string // content policies of pages and fragments, each with an address that had it
}

// do runs steps and fails the test with what was being done, where.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.fail(what, err)
	}
}

// get runs a step that returns something.
func get[T any](p *Page, what string, step chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, step)
	if err != nil {
		p.fail(what, err)
	}
	return value
}

// call sends one command of the protocol.
func call[P, R any](p *Page, command cdp.Command[P, R], params P) R {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, command, params)
	if err != nil {
		p.fail(command.Method, err)
	}
	return result
}

func (p *Page) fail(what string, err error) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location())
	shown, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body?.innerText.slice(0, 1500) ?? ''`))
	p.t.Fatalf("%s: %v\nat %s, which shows:\n%s", what, err, at, shown)
}

// Open goes to an address.
func (p *Page) Open(url string) {
	p.t.Helper()
	p.do("open "+url, chromedp.Navigate(url))
}

// Leave goes to an empty page, so that nothing of the present one is still being loaded when its server goes away: the
// browser fetches icons whenever it likes.
func (p *Page) Leave() {
	p.t.Helper()
	p.Open("about:blank")
}

// URL returns the present address.
func (p *Page) URL() string {
	p.t.Helper()
	return get(p, "read the address", chromedp.Location())
}

// Back goes back in the history, as the browser's button does.
func (p *Page) Back() {
	p.t.Helper()
	p.do("go back", chromedp.NavigateBack())
}

// Click clicks the middle of an element once it is visible.
func (p *Page) Click(selector string) {
	p.t.Helper()
	p.do("click "+selector, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Fill replaces what a field holds, and leaves it.
func (p *Page) Fill(selector, value string) {
	p.t.Helper()
	p.Focus(selector)
	p.Eval(`document.activeElement.select()`)
	if value == "" {
		p.Press(kb.Delete)
	} else {
		call(p, input.InsertText, input.InsertTextParams{Text: value})
	}
	p.Eval(`document.activeElement.blur()`)
}

// Choose picks an option of a select by its value.
func (p *Page) Choose(selector, value string) {
	p.t.Helper()
	p.Focus(selector)
	found := Eval[bool](p, `(() => {
		const e = document.activeElement;
		e.value = `+strconv.Quote(value)+`;
		e.dispatchEvent(new Event('input', { bubbles: true }));
		e.dispatchEvent(new Event('change', { bubbles: true }));
		return e.value === `+strconv.Quote(value)+`;
	})()`)
	if !found {
		p.fail("choose "+value+" in "+selector, fmt.Errorf("there is no such option"))
	}
}

// Files chooses files in a file field.
func (p *Page) Files(selector string, paths ...string) {
	p.t.Helper()
	p.do("choose files in "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), paths))
}

// Focus puts the keyboard on an element.
func (p *Page) Focus(selector string) {
	p.t.Helper()
	p.do("focus "+selector, chromedp.Focus(chromedp.CSS(selector), chromedp.NodeVisible))
}

// Press presses keys one after another: letters, or names of the package kb such as kb.Tab. Unlike chromedp's own, a
// key whose keydown the page swallows writes nothing, as on a real keyboard.
func (p *Page) Press(keys string) {
	p.t.Helper()
	for _, r := range keys {
		key, known := kb.Keys[r]
		if !known {
			p.t.Fatalf("no key %q", r)
		}
		down := input.DispatchKeyEventParams{
			Type: input.DispatchKeyEventTypeKeyDown, Key: key.Key, Code: key.Code, NativeVirtualKeyCode: key.Native,
			WindowsVirtualKeyCode: key.Windows,
		}
		if key.Shift {
			down.Modifiers = chromedp.ModifierShift.Int64()
		}
		up := down
		up.Type = input.DispatchKeyEventTypeKeyUp
		if key.Print {
			down.Text, down.UnmodifiedText = key.Text, key.Unmodified
		}
		call(p, input.DispatchKeyEvent, down)
		call(p, input.DispatchKeyEvent, up)
	}
}

// Text returns the visible text of an element.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	return get(p, "read "+selector, chromedp.Text(chromedp.CSS(selector)))
}

// Value returns what a field holds.
func (p *Page) Value(selector string) string {
	p.t.Helper()
	return get(p, "read the field "+selector, chromedp.Value(chromedp.CSS(selector)))
}

// Has reports whether an element is there and visible now.
func (p *Page) Has(selector string) bool {
	p.t.Helper()
	return Eval[bool](p, `[...document.querySelectorAll(`+strconv.Quote(selector)+`)].some((e) => e.checkVisibility())`)
}

// WaitFor waits until an element is visible.
func (p *Page) WaitFor(selector string) {
	p.t.Helper()
	p.do("wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// WaitText waits until an element's text contains a text.
func (p *Page) WaitText(selector, text string) {
	p.t.Helper()
	p.WaitUntil(fmt.Sprintf("%s says %q", selector, text),
		`(document.querySelector(`+strconv.Quote(selector)+`)?.textContent ?? '').includes(`+strconv.Quote(text)+`)`)
}

// WaitUntil waits until a JavaScript expression is true. It survives that the page is replaced meanwhile.
func (p *Page) WaitUntil(what, expression string) {
	p.t.Helper()
	p.Until(what, func() bool {
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		defer cancel()
		done, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression))
		return err == nil && done
	})
}

// Until waits until a condition holds.
func (p *Page) Until(what string, met func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !met(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.fail("wait until "+what, context.DeadlineExceeded)
		}
	}
}

// Eval runs JavaScript through DevTools, which no content policy and no switched-off JavaScript stops.
func (p *Page) Eval(script string) {
	p.t.Helper()
	p.do("run a script", func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Evaluate[any](`(() => { `+script+` })(); null`)(ctx, t)
		return chromedp.Void{}, err
	})
}

// Eval runs an expression, awaits it, and returns its value.
func Eval[T any](p *Page, expression string) T {
	p.t.Helper()
	return get(p, "evaluate", chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Shoot writes a picture of the whole page into the folder that VERSO_SHOTS names; without it nothing is done.
func (p *Page) Shoot(name string) {
	p.t.Helper()
	dir := os.Getenv("VERSO_SHOTS")
	if dir == "" {
		return
	}
	png := get(p, "take a picture", chromedp.FullScreenshot(100))
	if err := os.MkdirAll(dir, 0o750); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+"-"+p.look.String()+".png"), png, 0o600); err != nil {
		p.t.Fatal(err)
	}
}
