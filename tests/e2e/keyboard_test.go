package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// From the list of functions to a created version without a mouse: the shortcuts, then every field by Tab.
func TestKeyboard(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{})
	choosers := p.catchFileChooser()
	p.makeFunction(s, "another")
	p.makeFunction(s, "greeter")
	p.Open(s.functions())
	p.WaitFor("[data-row]")

	p.Press("?")
	p.WaitFor("#shortcuts[open]")
	p.Press(kb.Escape)
	p.WaitUntil("the sheet is closed", `!document.querySelector('#shortcuts').open`)

	p.Press("jj")
	p.focusIs(`document.activeElement.textContent.includes('greeter')`)
	p.Press("kj")
	p.Press(kb.Enter)
	p.WaitUntil("the function's page", `location.pathname.endsWith('/greeter') && document.readyState === 'complete'`)
	p.Press("n")
	p.WaitFor("#version-form")

	p.tabTo("#package")
	p.Press(" ")
	chooser := <-choosers
	call(p, dom.SetFileInputFiles, dom.SetFileInputFilesParams{
		BackendNodeID: chooser.BackendNodeID, Files: []string{onDisk(t, "greeter.zip", packed(t, 0, "index.js"))},
	})
	p.WaitText("[data-package-report]", "greeter.zip")
	p.tabTo("#runtime")
	p.Press("n") // the select jumps to what begins so
	p.tabTo("#entrypoint")
	p.Press("index.handler")
	p.tabTo("#tags")
	p.Press("prod")
	p.tabTo("[data-submit]")
	p.Press(kb.Enter)
	p.ends("succeeded")
	p.focusIs(`document.activeElement.closest('#operation, body') !== null`)
	p.tabTo("#operation .button.first")
	p.Press(kb.Enter)
	p.WaitText("h1", "#1")
}

// A refused form takes the reader to the list of what is wrong, and its links lead to the fields.
func TestKeyboardCorrects(t *testing.T) {
	s := Start(t, Options{})
	p := s.Page(t, Look{})
	p.makeFunction(s, "greeter")
	p.Open(s.newVersion("greeter", ""))
	p.tabTo("#entrypoint")
	p.Press(kb.Enter)
	p.WaitText("#problems", "Choose the zip file to upload.")
	p.focusIs(`document.activeElement.id === 'problems'`)
	p.Press(kb.Tab + kb.Tab)
	p.Press(kb.Enter)
	p.focusIs(`document.activeElement.id === 'runtime'`)
}

// tabTo presses Tab until an element has the keyboard. Every stop on the way must be visible.
func (p *Page) tabTo(selector string) {
	p.t.Helper()
	for range 60 {
		p.Press(kb.Tab)
		state := Eval[string](p, `(() => {
			const e = document.activeElement;
			if (e.matches(`+quoted(selector)+`)) return 'there';
			return e === document.body || e.checkVisibility() ? 'on' : e.outerHTML.slice(0, 80);
		})()`)
		switch state {
		case "there":
			return
		case "on":
		default:
			p.t.Errorf("on the way to %s the keyboard is on something that nobody sees: %s", selector, state)
		}
	}
	p.fail("reach "+selector+" by Tab", fmt.Errorf("sixty steps are not enough"))
}

func (p *Page) focusIs(expression string) {
	p.t.Helper()
	p.WaitUntil("the keyboard is where it belongs", expression)
}

// catchFileChooser has the system's file dialog reported instead of shown.
func (p *Page) catchFileChooser() <-chan *page.EventFileChooserOpened {
	p.t.Helper()
	opened := make(chan *page.EventFileChooserOpened, 1)
	if err := chromedp.Listen(p.ctx, func(event any) {
		if e, ok := event.(*page.EventFileChooserOpened); ok {
			opened <- e
		}
	}); err != nil {
		p.t.Fatal(err)
	}
	call(p, page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true})
	return opened
}
