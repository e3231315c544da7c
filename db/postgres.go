package db

import (
	"errors"
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/lib/pq"

	"verso/faas"
)

// channel is where processes that share a database tell each other of new operations; dialect.go sends to it.
const channel = "verso_operations"

// postgresConns is enough for a busy server and leaves room for others on a server with the usual limit of 100.
const postgresConns = 16

// connectPostgres opens the pool; the first connection is made on first use.
func (s *Store) connectPostgres(cfg Config) error {
	dsn, err := checkURL(cfg.URL)
	if err != nil {
		return err
	}
	connector, err := pq.NewConnector(dsn)
	if err != nil {
		// The driver's words could repeat the URL.
		return faas.Errorf(faas.Invalid, "The database URL has a part that the PostgreSQL driver does not understand.")
	}
	conns := cfg.MaxConns
	if conns <= 0 {
		conns = postgresConns
	}
	s.dial = newDialer(answerTime)
	connector.Dialer(s.dial)
	s.dialect = postgres
	s.read = newPool(connector, postgres, conns)
	s.write = s.read
	s.dsn = dsn
	return nil
}

// checkURL refuses what would be unclear or unsafe and adds what Verso wants. No answer repeats any of the URL.
func checkURL(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		return "", faas.Errorf(faas.Invalid, "The database URL must look like postgres://user:password@host:5432/verso?sslmode=verify-full.")
	}
	q := u.Query()
	modes := []string{"disable", "require", "verify-ca", "verify-full"}
	if !slices.Contains(modes, q.Get("sslmode")) {
		return "", faas.Errorf(faas.Invalid, "The database URL must say how to encrypt: add ?sslmode=verify-full "+
			"(or sslmode=disable for a server on this very machine).")
	}
	for key, value := range map[string]string{
		"connect_timeout": "5", "application_name": "verso",
		// A process that hangs inside a transaction must not keep its locks from the others for ever.
		"idle_in_transaction_session_timeout": "60000", // ms
	} {
		if !q.Has(key) {
			q.Set(key, value)
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// OperationAdded receives a value, best effort, after any process has added an operation. The first call on PostgreSQL
// begins to listen there, which takes one connection.
func (s *Store) OperationAdded() <-chan struct{} {
	if s.dialect.notify != "" {
		s.listen.Do(func() { s.work.Go(s.listenPostgres) })
	}
	return s.added
}

// listenPostgres passes on what other processes tell until the store closes. The driver reconnects by itself; after
// that something may have been missed, so a reconnect counts as news.
func (s *Store) listenPostgres() {
	dial := newDialer(0) // it waits for news, however long
	listener := pq.NewDialListener(dial, s.dsn, 100*time.Millisecond, 10*time.Second, func(_ pq.ListenerEventType, err error) {
		if err != nil && !s.isClosing() {
			s.log.Warn("listening for operations failed; trying again", "error", err)
		}
	})
	defer func() {
		// The listener closes under a lock that it may hold while it waits for a server that does not answer.
		dial.hurry(time.Now())
		if err := listener.Close(); err != nil {
			s.log.Warn("ending the listener failed", "error", err)
		}
	}()
	s.work.Go(func() {
		// Listen waits for the first connection; closing the listener ends it.
		if err := listener.Listen(channel); err != nil && !errors.Is(err, net.ErrClosed) {
			s.log.Warn("listening for operations failed", "error", err)
		}
	})
	for {
		select {
		case <-s.closing:
			return
		case <-listener.Notify:
			s.wake()
		}
	}
}

func (s *Store) isClosing() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// wake tells this process's workers without ever waiting for them.
func (s *Store) wake() {
	select {
	case s.added <- struct{}{}:
	default:
	}
}
