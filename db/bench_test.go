package db_test

import (
	"context"
	"os"
	"strconv"
	"testing"

	"verso/db"
	"verso/db/dbtest"
	"verso/faas"
)

// benchRows is the length of the benchmarked lists; VERSO_BENCH_ROWS changes it.
func benchRows(b *testing.B) int {
	if text := os.Getenv("VERSO_BENCH_ROWS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	return 10_000
}

func eachBench(b *testing.B, bench func(b *testing.B, w *world, cfg db.Config, f faas.Function)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		b.Run(engine, func(b *testing.B) {
			cfg := db.Config{Migrate: true}
			if engine == "sqlite" {
				cfg.Dir = dbtest.SQLite(b)
			} else {
				cfg.URL = dbtest.Postgres(b)
			}
			w := newWorld(b, dbtest.Open(b, cfg))
			bench(b, w, cfg, w.function("one-function"))
		})
	}
}

func BenchmarkLists(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world, cfg db.Config, f faas.Function) {
		n := benchRows(b)
		w.must(dbtest.FillVersions(w.ctx, cfg, w.project, f.ID, n))
		w.must(dbtest.FillFunctions(w.ctx, cfg, w.project, min(n, 10_000)))
		ctx, cancel := context.WithCancel(context.Background()) // requests have one that can be cancelled
		defer cancel()
		versions := func(page faas.Page) func() error {
			return func() error {
				_, err := w.Versions(ctx, faas.VersionFilter{FunctionID: f.ID, Page: page})
				return err
			}
		}
		for name, call := range map[string]func() error{
			"versions/first":  versions(faas.Page{}),
			"versions/middle": versions(faas.Page{After: db.VersionKey(faas.VersionFilter{FunctionID: f.ID}, strconv.Itoa(n/2))}),
			"versions/last":   versions(faas.Page{Last: true}),
			"versions/bare":   func() error { return db.Bare(ctx, w.Store, f.ID) },
			"versions/text": func() error {
				_, err := w.Versions(ctx, faas.VersionFilter{FunctionID: f.ID, Text: "no such text"})
				return err
			},
			"functions": func() error {
				_, err := w.Functions(ctx, faas.FunctionFilter{ProjectID: w.project})
				return err
			},
		} {
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := call(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}

func BenchmarkPublish(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world, cfg db.Config, f faas.Function) {
		for b.Loop() {
			w.publish(f, nil)
		}
	})
}

func BenchmarkOperationByID(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world, cfg db.Config, f faas.Function) {
		op := w.add(w.operation(f, faas.CreateVersion))
		for b.Loop() {
			if _, err := w.OperationByID(w.ctx, w.project, op.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkIdentity is what every request pays to find out who is asking, among many others.
func BenchmarkIdentity(b *testing.B) {
	eachBench(b, func(b *testing.B, w *world, cfg db.Config, f faas.Function) {
		w.must(dbtest.FillPeople(w.ctx, cfg, w.project, benchRows(b)))
		ann := dbtest.Person(b, w.Store, "ann")
		dbtest.Member(b, w.Store, w.project, ann, faas.Viewer)
		dbtest.Member(b, w.Store, newWorld(b, w.Store).project, ann, faas.Viewer)
		w.session(ann, "browser")
		w.must(w.AddToken(w.ctx, w.token(ann, "token"), hash("secret"), w.audit("token.create")))
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		for name, call := range map[string]func() error{
			"session": func() error { _, err := w.IdentityBySession(ctx, hash("browser")); return err },
			"token":   func() error { _, _, err := w.IdentityByToken(ctx, "token"); return err },
		} {
			b.Run(name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := call(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	})
}
