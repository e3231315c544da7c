// Package web is the HTTP workshop: server, middleware, rendering, forms, upload limits and the adapter that turns
// handlers that return errors into net/http handlers. It would be useful in any program.
//
// It owns no route and no page, and of our nouns it knows only [verso/faas.Kind] and [verso/faas.Error], to pick a
// status. It never logs a query, a header's value or a body.
//
// A program puts it together like this; the order matters. The access log stands outside Recover so that its line
// has the status that the client really got, and RequestID outside both so that line and page share one id:
//
//	h := web.Chain(mux,
//		web.RequestID(),
//		web.AccessLog(log),
//		web.Recover(log, onError),
//		web.SecurityHeaders(https),
//		web.Shape(onError),
//		web.Hosts(names, onError),
//		web.BodyLimit(web.DefaultBody),
//		web.CrossOrigin(onError),
//	)
//	err := web.Serve(ctx, listener, h, web.Options{Log: log})
package web
