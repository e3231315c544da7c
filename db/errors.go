package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"
	engine "modernc.org/sqlite"

	"verso/faas"
)

// errUnstorable says that a text holds what PostgreSQL cannot store. Reading by such a text finds nothing.
var errUnstorable = faas.Errorf(faas.Invalid, "The text contains a NUL character or is not valid UTF-8.")

// errStale is the answer to a worker whose lease was taken over or has ended.
var errStale = faas.Errorf(faas.Conflict, "Somebody else has taken this operation over, or it has ended.")

// SQLite's result codes, as its documentation numbers them; the higher bits of an extended code say more.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteReadOnly   = 8
	sqliteInterrupt  = 9
	sqliteIOErr      = 10
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// failure says what an engine's error means: the caller's own deadline or cancellation as it is, Unavailable when the
// database does not answer or cannot write now, everything else as it is, to become Internal.
func (d dialect) failure(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%w (%w)", ctx.Err(), err)
	}
	if isDown(err) {
		return &faas.Error{Kind: faas.Unavailable, Message: "The database does not answer at the moment. Try again soon.", Err: err}
	}
	return err
}

// isDown reports whether the fault lies with the connection or the engine's state and may pass by itself.
func isDown(err error) bool {
	var lite *engine.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqliteBusy, sqliteLocked, sqliteReadOnly, sqliteInterrupt, sqliteIOErr, sqliteFull, sqliteCantOpen:
			return true
		}
		return false
	}
	var remote *pq.Error
	if errors.As(err, &remote) {
		return isDownState(string(remote.Code))
	}
	var network net.Error
	return errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &network)
}

// isDownState knows the SQLSTATE classes: 08 connection, 53 resources, 57 operator, 58 system, 40 conflict of
// transactions, 55P03 lock not had, 28 and 3D a password or database that is being changed.
func isDownState(state string) bool {
	for _, class := range []string{"08", "53", "57", "58", "40", "55P03", "28", "3D"} {
		if strings.HasPrefix(state, class) {
			return true
		}
	}
	return false
}

// isUnique reports whether a row with this key is there already.
func isUnique(err error) bool {
	var lite *engine.Error
	if errors.As(err, &lite) {
		return lite.Code() == sqliteUnique || lite.Code() == sqlitePrimaryKey
	}
	var remote *pq.Error
	return errors.As(err, &remote) && remote.Code == "23505"
}
