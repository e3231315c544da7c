package db

import "strings"

// dialect is what differs between the engines; all other SQL is one text.
type dialect struct {
	name   string // as sqlx, goose and the suffix of an engine's own migrations spell it
	driver string // as sqlx knows the driver, to choose its placeholders
	now    string // the time in microseconds, by the one clock that every process shares
	skip   string // passes over rows that another worker is claiming at this moment
	notify string // wakes listeners in other processes when the transaction commits; empty when there are none
}

var (
	sqlite = dialect{
		name: "sqlite", driver: "sqlite3",
		now: `CAST(unixepoch('subsec') * 1000000 AS INTEGER)`,
	}
	postgres = dialect{
		name: "postgres", driver: "postgres",
		now:    `CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)`,
		skip:   `FOR UPDATE SKIP LOCKED`,
		notify: `SELECT pg_notify('verso_operations', '')`,
	}
)

// sql fills the engine's words into a text: {now} and {skip}.
func (d dialect) sql(text string) string {
	return strings.NewReplacer("{now}", d.now, "{skip}", d.skip).Replace(text)
}
