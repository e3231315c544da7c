package db

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"verso/faas"
)

// auditOrder finds by what they came who asked for a version. An operation does not keep it, the record does.
const auditOrder = `SELECT token, token_id FROM audit WHERE target = ? AND target <> '' AND project_id = ?
AND action = 'version.create' ORDER BY at, id LIMIT 1`

// reasonRunes is how much of a failure's first sentence the record keeps; the operation has all of it.
const reasonRunes = 200

// orderedBy adds to a line about a version the token that it was asked for with.
func (t *tx) orderedBy(a *faas.Audit) error {
	err := t.row(auditOrder, a.Target, a.ProjectID).scan(&a.Token, &a.TokenID)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("look who asked for the version: %w", err)
	}
	return nil
}

// auditEnd writes that a version will not come, in the name of who asked for it. Other operations have lines of their own.
func (t *tx) auditEnd(op faas.Operation, when time.Time) error {
	if op.Kind != faas.CreateVersion {
		return nil
	}
	a := faas.Audit{
		ProjectID: op.ProjectID, At: when, Actor: op.CreatedBy, ActorID: op.CreatedByID, Door: op.Door, RequestID: op.RequestID,
		Address: op.Address, Kind: faas.AuditCreate, Action: "version.failed", Result: faas.AuditFailed,
		Target: op.VersionID, Detail: op.FunctionName, FunctionID: op.FunctionID,
	}
	if op.State == faas.Cancelled {
		a.Action = "version.cancelled"
	} else if op.Failure != nil && op.Failure.Message != "" {
		a.Detail += ": " + firstSentence(op.Failure.Message)
	}
	if err := t.orderedBy(&a); err != nil {
		return err
	}
	return t.audit(a)
}

// auditEnded is auditEnd for an operation that has just been written.
func (t *tx) auditEnded(l faas.Lease, when time.Time) error {
	var raw operationRow
	if err := t.row(operationLook, l.OperationID).scan(raw.dest()...); err != nil {
		return fmt.Errorf("read the operation that ended: %w", err)
	}
	if err := raw.finish(); err != nil {
		return err
	}
	return t.auditEnd(raw.op, when)
}

func firstSentence(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	text, _, _ = strings.Cut(text, ". ")
	if runes := []rune(text); len(runes) > reasonRunes {
		text = string(runes[:reasonRunes-1]) + "…"
	}
	return strings.TrimSuffix(text, ".")
}
