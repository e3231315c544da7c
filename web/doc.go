// Package web is the HTTP workshop: server, middleware, sessions, router, rendering, forms, upload limits and the adapter
// that turns handlers that return errors into net/http handlers. It would be useful in any program.
//
// It owns no route and no page, and decides nothing: of our nouns it knows errors, to pick a status, rules, to refuse
// routes without one, and who a cookie or token belongs to, to hand it on. It never logs a query, a header's value or a
// body, and what it logs of a path has no token in it.
//
// A program puts it together like this; the order matters. The access log stands outside Recover so that its line
// has the status that the client really got, RequestID outside both so that line and page share one id, and Addresses
// before all who ask where a request comes from:
//
//	sessions := web.NewSessions(people, door, https)
//	router, err := web.NewRouter(onError, web.Mount{Routes: rows, Gate: gate, Fail: onError})
//	h := web.Chain(router,
//		web.RequestID(),
//		web.Addresses(trusted),
//		web.AccessLog(log),
//		web.Recover(log, onError),
//		web.SecurityHeaders(https),
//		web.Shape(onError),
//		web.Hosts(names, onError),
//		web.BodyLimit(web.DefaultBody),
//		web.CrossOrigin(onError),
//		web.NoTokenInURL(onError),
//	)
//	err = web.Serve(ctx, listener, h, web.Options{Log: log})
//
// The gate asks sessions.Identity who is there, and a RateLimit whether they may now.
package web
