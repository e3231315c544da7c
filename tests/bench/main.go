// Command bench measures the built binary and prints one table. Each step runs right behind the same step against a
// bare net/http handler that writes 10 KiB, in alternating rounds, so that a busy or slow machine moves both alike.
// It runs on SQLite and on a PostgreSQL cluster of its own, in a temporary folder that is removed at the end.
//
//	go run ./tests/bench [-quick] [-steps lists,upload] [-engines sqlite] [-write]
//
// It must not change the program that it measures: what it needs to see is in /proc. Linux only.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	steps, engines []string
	quick          bool
	write          bool
	dir            string
	binary         string
	rounds         int
	span           time.Duration
	keepLog        bool
}

func main() {
	log.SetFlags(log.Ltime)
	if len(os.Args) > 1 {
		if role := roles[os.Args[1]]; role != nil {
			if err := role(os.Args[2:]); err != nil {
				log.Fatalf("%s: %v", os.Args[1], err)
			}
			return
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, parse()); err != nil {
		stop()
		log.Fatal(err)
	}
}

// roles are the processes that the program starts itself as: the first argument names one.
var roles = map[string]func(args []string) error{
	"reference": serveReference,
	"load":      playLoad,
	"limit":     playLimit,
	"send":      playSend,
}

func parse() options {
	var o options
	steps := flag.String("steps", strings.Join(stepNames(), ","), "which steps, separated by commas")
	engines := flag.String("engines", "sqlite,postgres", "which databases, separated by commas")
	flag.BoolVar(&o.quick, "quick", false, "fewer and shorter rounds, and no million versions: for a look while changing something")
	flag.BoolVar(&o.write, "write", false, "also put the table into docs/performance.md")
	flag.StringVar(&o.dir, "dir", "", "where the temporary folder is made; it should be on a real disk (default: the system's)")
	flag.StringVar(&o.binary, "binary", "", "measure this program instead of building one")
	flag.IntVar(&o.rounds, "rounds", 0, "rounds of each step (default 7, quick 3)")
	flag.DurationVar(&o.span, "time", 0, "how long load is kept up in one round (default 1s, quick 300ms)")
	flag.BoolVar(&o.keepLog, "log", false, "show what the servers log")
	flag.Parse()
	o.steps, o.engines = strings.Split(*steps, ","), strings.Split(*engines, ",")
	if o.rounds == 0 {
		o.rounds = pick(o.quick, 3, 7)
	}
	if o.span == 0 {
		o.span = pick(o.quick, 300*time.Millisecond, time.Second)
	}
	return o
}

func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}

// run measures everything and prints the table, also of a run that broke off: what was measured is worth seeing.
func run(ctx context.Context, o options) error {
	if err := o.check(); err != nil {
		return err
	}
	b, err := open(ctx, o)
	if err != nil {
		return err
	}
	began := time.Now()
	failed := b.all(ctx)
	text := b.report.markdown(describe(ctx, b, time.Since(began)))
	fmt.Println(text)
	if err := b.close(); err != nil && failed == nil {
		failed = err
	}
	if failed == nil && o.write {
		failed = writeTable(text)
	}
	return failed
}
