package e2e

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1 as npm delivers it, unchanged; its licences lie beside it.
//
//go:embed testdata/axe-core/axe.min.js
var axe string

const axeSHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"

func axeSum() string {
	sum := sha256.Sum256([]byte(axe))
	return hex.EncodeToString(sum[:])
}

// Expect says that answers with these statuses are part of the flow: the browser logs each as an error.
func (p *Page) Expect(statuses ...int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, status := range statuses {
		p.expected[status] = true
	}
}

// Noise returns what console and content policy have reported so far that the flow did not expect.
func (p *Page) Noise() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.noise...)
}

// Refusals returns how many answers the window has had so far with the statuses that the flow provokes.
func (p *Page) Refusals() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for status := range p.expected {
		n += p.answers[status]
	}
	return n
}

// hear takes the window's events; it runs between two messages of the browser and must not wait.
func (p *Page) hear(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if kind := string(e.Type); kind == "error" || kind == "warning" || kind == "assert" {
			p.noise = append(p.noise, fmt.Sprintf("console.%s: %s", kind, words(e.Args)))
		}
	case *runtime.EventExceptionThrown:
		p.noise = append(p.noise, "exception: "+exception(e.ExceptionDetails))
	case *log.EventEntryAdded:
		p.hearEntry(e.Entry)
	case *network.EventResponseReceived:
		p.hearResponse(e)
	case *page.EventJavascriptDialogOpening:
		p.noise = append(p.noise, "dialog: "+e.Message)
		go p.closeDialog()
	case *network.EventLoadingFailed:
		if e.BlockedReason != "" {
			p.noise = append(p.noise, "blocked: "+string(e.BlockedReason))
		}
	case *audits.EventIssueAdded:
		if d := e.Issue.Details.ContentSecurityPolicyIssueDetails; d != nil {
			p.noise = append(p.noise, fmt.Sprintf("content policy: %s refuses %q", d.ViolatedDirective, d.BlockedURL))
		}
	}
}

// hearResponse counts statuses, and gathers the policies of what people look at.
func (p *Page) hearResponse(e *network.EventResponseReceived) {
	p.answers[e.Response.Status]++
	switch e.Type {
	case network.ResourceTypeDocument, network.ResourceTypeXHR, network.ResourceTypeFetch:
		policy := ""
		for name, value := range e.Response.Headers {
			if strings.EqualFold(name, "Content-Security-Policy") {
				policy = fmt.Sprint(value)
			}
		}
		p.policies[policy] = e.Response.URL
	}
}

// closeDialog lets the page go on; until then it answers nothing. A window that is gone has none.
func (p *Page) closeDialog() {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	_, _ = chromedp.Call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
}

// hearEntry keeps errors and warnings of the browser's own log. A failed answer is logged as an error although it may
// be just what the flow provokes.
func (p *Page) hearEntry(e *log.Entry) {
	if e.Level != log.EntryLevelError && e.Level != log.EntryLevelWarning {
		return
	}
	if e.Source == log.EntrySourceNetwork {
		for status := range p.expected {
			if strings.Contains(e.Text, fmt.Sprintf("status of %d ", status)) {
				return
			}
		}
	}
	p.noise = append(p.noise, fmt.Sprintf("%s %s: %s (%s)", e.Source, e.Level, e.Text, e.URL))
}

func words(args []*runtime.RemoteObject) string {
	list := make([]string, len(args))
	for i, a := range args {
		list[i] = strings.TrimSpace(string(a.Value) + " " + a.Description)
	}
	return strings.Join(list, " ")
}

func exception(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return d.Text + " " + d.Exception.Description
	}
	return d.Text
}

// Violations returns what axe finds wrong with the page as it is now, one line for each rule and element.
func (p *Page) Violations() []string {
	p.t.Helper()
	return p.ask("{ resultTypes: ['violations'] }")
}

// ask runs axe with its options. The program is half a megabyte, so it is sent to each document once.
func (p *Page) ask(options string) []string {
	p.t.Helper()
	if Eval[bool](p, `typeof window.axe === 'undefined'`) {
		p.Eval(axe)
	}
	return Eval[[]string](p, `axe.run(document, `+options+`).then((r) => r.violations.flatMap((v) =>
		v.nodes.map((n) => v.id + ': ' + v.help + ' — ' + n.target.join(' ') + ' — ' + n.failureSummary.replace(/\s+/g, ' '))))`)
}

// Sideways returns the elements that make the whole page scroll sideways; none when it fits.
func (p *Page) Sideways() []string {
	p.t.Helper()
	return Eval[[]string](p, `(() => {
		const root = document.scrollingElement;
		if (root.scrollWidth <= root.clientWidth) return [];
		const wide = [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().left + e.scrollWidth > root.clientWidth + 1);
		return ['page: ' + root.scrollWidth + ' of ' + root.clientWidth + ' px', ...wide.slice(-5).map((e) => e.tagName.toLowerCase() + '#' + e.id + '.' + e.className)];
	})()`)
}

// CheckLooks looks at the page in all four ways: no violation, no sideways scroll, and a picture of each. Between light
// and dark only colours differ, so in the dark only the rules about colours are asked again.
func (p *Page) CheckLooks(name string) {
	p.t.Helper()
	before := p.look
	for _, look := range Looks() {
		look.NoScript = before.NoScript
		p.Look(look)
		options := "{ resultTypes: ['violations'] }"
		if look.Dark {
			options = "{ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] }"
		}
		for _, line := range p.ask(options) {
			p.t.Errorf("%s, %s: %s", name, look, line)
		}
		for _, line := range p.Sideways() {
			p.t.Errorf("%s, %s scrolls sideways: %s", name, look, line)
		}
		p.Shoot(name)
	}
	p.Look(before)
}
