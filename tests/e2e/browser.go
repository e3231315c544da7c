package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long one step may take before the flow fails; the machines of tests are slow and shared.
const patience = 15 * time.Second

const noBrowser = "No Chromium found; install it with `apt-get install chromium` to run the browser flows."

// browser is the one Chromium of the run; every page is a private window of it.
type browser struct {
	start sync.Once
	ctx   context.Context //nolint:containedctx // chromedp's handle on the browser is a context
	err   error
}

// findChromium returns the path of the first browser that is installed; empty when there is none.
func findChromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// open starts the browser at the first call.
func (b *browser) open(tb testing.TB) context.Context {
	tb.Helper()
	path := findChromium()
	if path == "" {
		Missing(tb, noBrowser)
	}
	b.start.Do(func() {
		options := append(chromedp.DefaultExecAllocatorOptions[:],
			chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
			chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
			chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), // nothing leaves this machine
			chromedp.UserDataDir(filepath.Join(shared.dir, "profile")))
		allocator, _ := chromedp.NewExecAllocator(context.Background(), options...)
		b.ctx, _ = chromedp.NewContext(allocator)
		b.err = chromedp.Do(b.ctx)
	})
	if b.err != nil {
		tb.Fatalf("start the browser: %v", b.err)
	}
	return b.ctx
}

// stop ends the browser and waits until it is gone.
func (b *browser) stop() error {
	if b.ctx == nil || b.err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Cancel(ctx)
}

// Look is how a page is looked at. The zero value is a wide light window with scripts.
type Look struct {
	Narrow   bool // 390 px instead of 1280
	Dark     bool
	NoScript bool // JavaScript is switched off
}

// Looks are the four that every page must be fit for.
func Looks() []Look {
	return []Look{{}, {Dark: true}, {Narrow: true}, {Narrow: true, Dark: true}}
}

// String names the look for tests and screenshots: "1280-light", "390-dark-noscript".
func (l Look) String() string {
	width, _ := l.size()
	name := fmt.Sprintf("%d-%s", width, l.scheme())
	if l.NoScript {
		name += "-noscript"
	}
	return name
}

func (l Look) size() (width, height int64) {
	if l.Narrow {
		return 390, 844
	}
	return 1280, 900
}

func (l Look) scheme() string {
	if l.Dark {
		return "dark"
	}
	return "light"
}

// NewPage opens a private window that closes with the test. At its end the test fails if the console or the content
// policy had anything to say that the flow did not expect.
func NewPage(t *testing.T, look Look) *Page {
	t.Helper()
	p := openPage(t, look)
	t.Cleanup(func() {
		for _, line := range p.Noise() {
			t.Errorf("the browser reports: %s", line)
		}
	})
	return p
}

// openPage is NewPage without the check at the end.
func openPage(t *testing.T, look Look) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(shared.browser.open(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	p := &Page{t: t, ctx: ctx, look: look, expected: map[int64]bool{}, answers: map[int64]int{}, policies: map[string]string{}}
	if err := chromedp.Do(ctx); err != nil { // the window's life is bound to the context of its first step
		t.Fatalf("open a window: %v", err)
	}
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		t.Fatalf("listen to the window: %v", err)
	}
	call(p, audits.Enable, cdp.Empty{})
	p.Look(look)
	return p
}

// Look changes how the page is looked at, without loading it again.
func (p *Page) Look(look Look) {
	p.t.Helper()
	p.look = look
	width, height := look.size()
	p.do("set the window's size", chromedp.EmulateViewport(width, height))
	call(p, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: look.scheme()}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
	call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: look.NoScript})
}
