package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// longTasks gathers what keeps a page from answering: of every task longer than 50 ms, what is beyond that.
const longTasks = `window.benchBlocked = 0;
new PerformanceObserver((list) => {
	for (const task of list.getEntries()) window.benchBlocked += Math.max(0, task.duration - 50);
}).observe({ type: "longtask", buffered: true });`

// settleTime is how long a page may go on loading and working after its load event.
const settleTime = time.Second

// visit is what a browser with an empty cache saw of a page.
type visit struct {
	bytes    float64 // as transferred, with headers
	requests int
	blocked  float64 // milliseconds
	errors   int     // failed requests
}

// measureBrowser opens pages in Chromium, each in a browser of its own so that nothing is cached.
func measureBrowser(ctx context.Context, b *bench, s *site) error {
	f := s.seeded.histories[len(s.seeded.histories)-1]
	pages := []struct{ what, path string }{
		{"functions page", "/projects/default/functions"},
		{"versions page", "/projects/default/functions/" + f.name + "/versions"},
		{"form for a new version", "/projects/default/functions/" + s.seeded.target + "/versions/new"},
	}
	for _, p := range pages {
		seen, err := s.visit(ctx, p.path)
		if err != nil {
			return err
		}
		b.report.put(s.engine, p.what+" in Chromium, nothing cached: KB, requests, blocking time", atMost(100, "KB"), seen.bytes/1000,
			fmt.Sprintf("%.1f KB, %d, %.0f ms", seen.bytes/1000, seen.requests, seen.blocked), "")
		if seen.errors > 0 {
			return fmt.Errorf("%s: %d requests failed", p.what, seen.errors)
		}
	}
	return nil
}

func (s *site) visit(ctx context.Context, path string) (v visit, err error) {
	program, err := browserPath()
	if err != nil {
		return v, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, stop := chromedp.NewExecAllocator(ctx, options...)
	defer stop()
	ctx, leave := chromedp.NewContext(ctx)
	defer leave()
	var mu sync.Mutex
	err = chromedp.Listen(ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			v.requests++
		case *network.EventLoadingFinished:
			v.bytes += e.EncodedDataLength
		case *network.EventLoadingFailed:
			v.errors++
		}
	})
	if err != nil {
		return v, err
	}
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: longTasks})
	if err != nil {
		return v, err
	}
	cookie := network.SetCookieParams{Name: s.visitor.cookie.Name, Value: s.visitor.cookie.Value, URL: "http://" + s.addr}
	if _, err := chromedp.Call(ctx, network.SetCookie, cookie); err != nil {
		return v, err
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("http://"+s.addr+path), chromedp.Sleep(settleTime)); err != nil {
		return v, err
	}
	blocked, err := chromedp.Run(ctx, chromedp.Evaluate[float64]("window.benchBlocked"))
	mu.Lock()
	defer mu.Unlock()
	v.blocked = blocked
	return v, errors.Join(err, chromedp.Cancel(ctx))
}
