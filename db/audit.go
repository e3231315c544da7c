package db

import (
	"fmt"
	"time"

	"verso/faas"
)

const auditInsert = `INSERT INTO audit (id, project_id, at, actor, actor_id, door, request_id, address, action, target, detail)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// audit writes the line in the transaction of the change it tells of.
func (t *tx) audit(a faas.Audit) error {
	if a.At.IsZero() {
		a.At = time.Now()
	}
	if a.ID == "" {
		a.ID = newID(a.At)
	}
	_, err := t.exec(auditInsert, a.ID, a.ProjectID, micros(a.At), a.Actor, a.ActorID, string(a.Door), a.RequestID,
		a.Address, a.Action, a.Target, a.Detail)
	if err != nil {
		return fmt.Errorf("write the audit line: %w", err)
	}
	return nil
}
